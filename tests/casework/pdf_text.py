"""What a PDF made by fpdf2 says: its text is written in the numbers of an embedded font's glyphs."""

from __future__ import annotations

import re
import zlib

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
SHOWN = re.compile(rb"\(((?:\\.|[^\\()])*)\)\s*Tj|\[((?:\((?:\\.|[^\\()])*\)|[^\]])*)\]\s*TJ", re.DOTALL)
PART = re.compile(rb"\(((?:\\.|[^\\()])*)\)", re.DOTALL)
GLYPH = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]{4,8})>\s*\n")
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of(pdf: bytes) -> str:
    """The text, a line for every piece that was written; read once with each of its fonts, since a piece says only by
    its place which one it is in."""
    streams = [_plain(stream) for stream in STREAM.findall(pdf)]
    fonts = [
        {int(glyph, 16): bytes.fromhex(code.decode()).decode("utf-16-be") for glyph, code in GLYPH.findall(stream)}
        for stream in streams
        if b"beginbfchar" in stream
    ]
    pieces = [
        b"".join(PART.findall(b"(" + single + b")" if single else several))
        for stream in streams
        if b"BT" in stream and b"beginbfchar" not in stream
        for single, several in SHOWN.findall(stream)
    ]
    return "\n".join(_read(piece, font) for font in fonts for piece in pieces)


def _plain(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _read(piece: bytes, font: dict[int, str]) -> str:
    raw = re.sub(rb"\\(.)", lambda found: ESCAPED.get(found[1], found[1]), piece, flags=re.DOTALL)
    return "".join(font.get(int.from_bytes(raw[at : at + 2]), "") for at in range(0, len(raw), 2))
