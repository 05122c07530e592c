"""Flat drawings for the demo's articles, made by code so that no picture needs a licence. 1600×900 pixels, JPEG."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1600, 900
SCALE = 2  # drawn larger and reduced, for smooth edges
Colour = tuple[int, int, int]
Draw = ImageDraw.ImageDraw

DAY = ((126, 190, 214), (232, 243, 240))
DUSK = ((38, 44, 84), (232, 150, 106))
MORNING = ((250, 205, 150), (253, 240, 219))


def draw(scene: str, seed: int) -> bytes:
    """The scene (a key of SCENES) as a JPEG file; the seed varies what stands where."""
    paint, sky = SCENES[scene]
    picture = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE))
    pen = ImageDraw.Draw(picture)
    _sky(pen, *sky)
    paint(pen, random.Random(seed))  # noqa: S311 – a drawing, not a secret
    out = io.BytesIO()
    picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "JPEG", quality=85)
    return out.getvalue()


def _box(pen: Draw, x: float, y: float, w: float, h: float, colour: Colour, round_by: float = 0) -> None:
    corners = [x * SCALE, y * SCALE, (x + w) * SCALE, (y + h) * SCALE]
    pen.rounded_rectangle(corners, round_by * SCALE, fill=colour)


def _dot(pen: Draw, x: float, y: float, r: float, colour: Colour) -> None:
    pen.ellipse([(x - r) * SCALE, (y - r) * SCALE, (x + r) * SCALE, (y + r) * SCALE], fill=colour)


def _shape(pen: Draw, points: list[tuple[float, float]], colour: Colour) -> None:
    pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)


def _sky(pen: Draw, top: Colour, bottom: Colour) -> None:
    for row in range(HEIGHT * SCALE):
        share = row / (HEIGHT * SCALE)
        colour = tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True))
        pen.line([(0, row), (WIDTH * SCALE, row)], fill=colour)


def _houses(pen: Draw, chance: random.Random, ground: float, wall: list[Colour], roof: list[Colour]) -> None:
    x = -40.0
    while x < WIDTH:
        w, h = chance.uniform(120, 220), chance.uniform(110, 230)
        _box(pen, x, ground - h, w, h, chance.choice(wall))
        _shape(pen, [(x - 14, ground - h), (x + w / 2, ground - h - 60), (x + w + 14, ground - h)], chance.choice(roof))
        for column in range(int(w // 60)):
            _box(pen, x + 18 + column * 58, ground - h + 30, 30, 42, (250, 236, 190), 4)
        x += w + chance.uniform(6, 40)


def _tree(pen: Draw, x: float, ground: float, size: float, leaf: Colour) -> None:
    _box(pen, x - size * 0.06, ground - size * 0.55, size * 0.12, size * 0.55, (110, 78, 55))
    for dx, dy, r in ((0, 0.85, 0.32), (-0.22, 0.68, 0.25), (0.22, 0.68, 0.25)):
        _dot(pen, x + dx * size, ground - dy * size, r * size, leaf)


def _lamps(pen: Draw, chance: random.Random) -> None:
    _houses(pen, chance, 700, [(52, 54, 92), (62, 60, 100)], [(40, 40, 74), (34, 36, 66)])
    _shape(pen, [(0, 900), (0, 700), (1600, 700), (1600, 900)], (45, 47, 62))
    for x in range(60, 1600, 220):
        _box(pen, x, 800, 110, 10, (216, 205, 160))
    for x in range(160, 1600, 380):
        for r, colour in ((120, (120, 98, 96)), (80, (176, 138, 104)), (44, (250, 216, 140))):
            _dot(pen, x + 86, 372, r, colour)
        _box(pen, x, 360, 14, 400, (24, 26, 44), 6)
        _box(pen, x, 352, 110, 14, (24, 26, 44), 6)
        _box(pen, x + 60, 362, 52, 16, (255, 240, 196), 8)


def _market(pen: Draw, chance: random.Random) -> None:
    _box(pen, 0, 660, WIDTH, 240, (214, 196, 170))
    stripes = [(199, 68, 57), (52, 120, 118), (222, 160, 54), (87, 96, 160)]
    for number, x in enumerate(range(40, 1560, 390)):
        colour = stripes[number % len(stripes)]
        _box(pen, x + 16, 330, 12, 390, (96, 70, 52))
        _box(pen, x + 312, 330, 12, 390, (96, 70, 52))
        for stripe in range(7):
            shade = colour if stripe % 2 == 0 else (250, 244, 232)
            _shape(
                pen,
                [
                    (x + stripe * 49, 300),
                    (x + stripe * 49 + 49, 300),
                    (x + stripe * 49 + 56, 400),
                    (x + stripe * 49 - 8, 400),
                ],
                shade,
            )
        _box(pen, x, 590, 340, 140, (140, 96, 64), 8)
        for fruit in range(26):
            row, column = divmod(fruit, 13)
            tint = chance.choice([(226, 92, 56), (242, 178, 58), (112, 160, 70), (180, 52, 60)])
            _dot(pen, x + 26 + column * 24, 586 - row * 18, 13, tint)


def _park(pen: Draw, chance: random.Random) -> None:
    _dot(pen, 1280, 190, 80, (255, 240, 200))
    _houses(pen, chance, 560, [(206, 214, 214), (222, 214, 202)], [(176, 120, 96), (150, 130, 120)])
    _box(pen, 0, 550, WIDTH, 350, (134, 178, 110))
    _shape(pen, [(560, 900), (760, 550), (840, 550), (1180, 900)], (232, 214, 180))
    for _number in range(9):
        x = chance.choice([chance.uniform(20, 600), chance.uniform(1040, 1580)])
        _tree(pen, x, chance.uniform(620, 820), chance.uniform(200, 320), chance.choice([(62, 128, 82), (86, 150, 90)]))
    for x in (330, 1180):
        _box(pen, x, 730, 150, 14, (128, 88, 60), 4)
        _box(pen, x + 10, 744, 10, 40, (70, 60, 60))
        _box(pen, x + 130, 744, 10, 40, (70, 60, 60))


def _school(pen: Draw, chance: random.Random) -> None:
    _box(pen, 0, 640, WIDTH, 260, (190, 206, 150))
    _box(pen, 240, 330, 1120, 340, (246, 238, 222))
    _shape(pen, [(190, 340), (420, 220), (1180, 220), (1410, 340)], (188, 84, 62))
    for x in range(290, 1300, 150):
        if x != 740:
            _box(pen, x, 420, 96, 110, (120, 170, 190), 6)
    _box(pen, 740, 420, 120, 250, (126, 86, 60), 6)
    _box(pen, 120, 240, 10, 430, (120, 120, 126))
    _box(pen, 130, 244, 120, 40, (200, 40, 46))
    _box(pen, 130, 284, 120, 40, (252, 252, 252))
    for x in (90, 1450, 1540):
        _tree(pen, x, 700, chance.uniform(240, 320), (78, 146, 92))


def _river(pen: Draw, chance: random.Random) -> None:
    _houses(pen, chance, 480, [(230, 206, 176), (214, 190, 170)], [(160, 92, 70), (132, 84, 76)])
    _box(pen, 0, 470, WIDTH, 90, (118, 160, 96))
    _box(pen, 0, 560, WIDTH, 340, (86, 150, 168))
    for _number in range(40):
        x, y = chance.uniform(0, 1560), chance.uniform(600, 880)
        _box(pen, x, y, chance.uniform(40, 130), 5, (140, 190, 200), 2)
    _box(pen, 0, 520, WIDTH, 34, (190, 180, 170))
    for x in range(120, 1600, 340):
        _box(pen, x, 550, 44, 190, (168, 158, 150))
    for x in range(20, 1600, 60):
        _box(pen, x, 470, 8, 54, (150, 140, 134))
    _box(pen, 0, 464, WIDTH, 10, (150, 140, 134))


def _clinic(pen: Draw, chance: random.Random) -> None:
    _box(pen, 0, 660, WIDTH, 240, (206, 214, 200))
    _box(pen, 320, 300, 960, 370, (250, 250, 246), 10)
    _box(pen, 320, 300, 960, 60, (44, 132, 116), 10)
    for x in (390, 560, 960, 1130):
        _box(pen, x, 430, 110, 110, (150, 196, 206), 8)
    _box(pen, 730, 440, 140, 230, (90, 150, 150), 8)
    _dot(pen, 800, 240, 74, (250, 250, 246))
    _box(pen, 782, 190, 36, 100, (208, 60, 60), 6)
    _box(pen, 750, 222, 100, 36, (208, 60, 60), 6)
    for x in (150, 1420):
        _tree(pen, x, 700, 300, (70, 140, 96))
    _box(pen, 1000, 640, 300, 130, (252, 252, 252), 18)
    _box(pen, 1220, 590, 110, 180, (252, 252, 252), 18)
    _box(pen, 1010, 700, 290, 18, (208, 60, 60))
    for x in (1070, 1260):
        _dot(pen, x, 772, 34, (40, 42, 48))
        _dot(pen, x, 772, 14, (180, 184, 190))


def _road(pen: Draw, chance: random.Random) -> None:
    _houses(pen, chance, 470, [(224, 214, 200), (206, 196, 188)], [(150, 96, 78), (120, 92, 86)])
    _shape(pen, [(0, 900), (0, 700), (700, 460), (900, 460), (1600, 700), (1600, 900)], (92, 94, 102))
    for step in range(7):
        near, far = 900 - step * 62, 900 - step * 62 - 34
        wide = 26 - step * 3.4
        _shape(
            pen,
            [(800 - wide, near), (800 + wide, near), (800 + wide * 0.8, far), (800 - wide * 0.8, far)],
            (250, 246, 230),
        )
    for x in (250, 480, 1130, 1370):
        _shape(pen, [(x - 44, 790), (x, 640), (x + 44, 790)], (238, 112, 42))
        _shape(pen, [(x - 28, 735), (x - 16, 694), (x + 16, 694), (x + 28, 735)], (252, 252, 252))
        _box(pen, x - 60, 786, 120, 16, (60, 60, 66), 6)


def _stage(pen: Draw, chance: random.Random) -> None:
    _box(pen, 0, 700, WIDTH, 200, (74, 54, 70))
    _box(pen, 240, 640, 1120, 90, (130, 86, 66), 6)
    _box(pen, 260, 240, 24, 400, (60, 50, 66))
    _box(pen, 1316, 240, 24, 400, (60, 50, 66))
    _box(pen, 250, 220, 1100, 56, (150, 60, 70), 10)
    for number in range(19):
        x = 290 + number * 56
        sag = 34 * math.sin(math.pi * number / 18)
        _shape(pen, [(x, 280 + sag), (x + 44, 280 + sag), (x + 22, 330 + sag)], chance.choice(FLAGS))
    for x in (470, 640, 800, 960, 1130):
        _dot(pen, x, 470, 34, (226, 178, 140))
        _shape(pen, [(x - 64, 640), (x - 36, 510), (x + 36, 510), (x + 64, 640)], chance.choice(FLAGS))
        _box(pen, x - 40, 436, 80, 20, (60, 40, 46), 8)
    for number in range(26):
        left = number * 64 + chance.uniform(-8, 8)
        _dot(pen, left, 800, 30, (34, 26, 40))
        _box(pen, left - 40, 826, 80, 90, (34, 26, 40), 30)


def _desk(pen: Draw, chance: random.Random) -> None:
    _box(pen, 0, 620, WIDTH, 280, (176, 126, 86))
    _box(pen, 180, 130, 420, 300, (52, 96, 92), 10)
    for row, length in enumerate((300, 220, 260, 160)):
        _box(pen, 220, 190 + row * 52, length, 12, (222, 234, 224), 6)
    for x in (980, 1120, 1260):
        _box(pen, x, 430 - (x - 980) * 0.3, 90, 190 + (x - 980) * 0.3, chance.choice(FLAGS), 6)
    _shape(pen, [(420, 800), (500, 660), (800, 660), (760, 800)], (250, 248, 240))
    _shape(pen, [(770, 800), (810, 660), (1110, 660), (1170, 800)], (244, 240, 228))
    for line in range(5):
        _box(pen, 520 - line * 14, 684 + line * 22, 230, 5, (150, 160, 170), 2)
        _box(pen, 840 + line * 6, 684 + line * 22, 230, 5, (150, 160, 170), 2)
    _box(pen, 1240, 650, 110, 180, (40, 44, 56), 16)
    _box(pen, 1252, 668, 86, 140, (150, 206, 196), 6)
    _shape(pen, [(900, 770), (912, 760), (1060, 846), (1052, 860)], (214, 90, 60))


FLAGS: list[Colour] = [(240, 190, 80), (216, 82, 70), (70, 150, 140), (240, 234, 220), (98, 108, 178)]
SCENES: dict[str, tuple[Callable[[Draw, random.Random], None], tuple[Colour, Colour]]] = {
    "lamps": (_lamps, DUSK),
    "market": (_market, MORNING),
    "park": (_park, DAY),
    "school": (_school, DAY),
    "river": (_river, MORNING),
    "clinic": (_clinic, DAY),
    "road": (_road, DAY),
    "stage": (_stage, DUSK),
    "desk": (_desk, MORNING),
}
