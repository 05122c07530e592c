"""bin/translations: gettext catalogues by Babel, so that no machine needs GNU gettext.

Every app and theme owns the texts of its own files, in `locale/<language>/LC_MESSAGES/django.po` beside them. Code
that is no Django app (`balai.config`, `balai.modules`, …) gives its texts to `themes/base`, which Django always loads.
JavaScript has no texts of its own: templates hand them over in data attributes.
"""

import argparse
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[3]
# Messages are written in English, so English needs no catalogue.
LANGUAGES = ("id",)
# As Django's own catalogues have it; Babel knows no plural forms for Indonesian and would take the English ones.
PLURAL_FORMS = {"id": "nplurals=1; plural=0;"}
OWNERS = ("apps/*", "platform/balai/*", "tenants", "superapp_api", "themes/*")
NO_APP = "themes/base"
TEMPLATE_SUFFIXES = {".html", ".txt", ".xml", ".js", ".svg", ".webmanifest"}
LEFT_OUT = {"migrations", "node_modules", "__pycache__", "static", "src", "locale"}
WIDTH = 110

_ONE = (1,)
_PLURAL = (1, 2)
_CONTEXT = ((1, "c"), 2)
_CONTEXT_PLURAL = ((1, "c"), 2, 3)
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...]] = {
    "_": _ONE,
    "gettext": _ONE,
    "gettext_lazy": _ONE,
    "gettext_noop": _ONE,
    "ngettext": _PLURAL,
    "ngettext_lazy": _PLURAL,
    "pgettext": _CONTEXT,
    "pgettext_lazy": _CONTEXT,
    "npgettext": _CONTEXT_PLURAL,
    "npgettext_lazy": _CONTEXT_PLURAL,
}
# %(name)s, %s, %d, … but not the escaped %%; and {name} of str.format.
PLACEHOLDER = re.compile(r"%%|(%(?:\((\w+)\))?[-+ #0]*[\d.]*[sdifr])|(\{\w*\})")


@dataclass(frozen=True)
class Fault:
    """A text that a resident would read in the wrong language, or broken. `place` is file:line of where it is used."""

    place: str
    text: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}: {self.text!r}"


# -- what the sources say ----------------------------------------------------------------------------------------------
def owners(root: Path) -> list[Path]:
    """The directories that have a catalogue of their own: themes, and packages with an apps.py."""
    found = [path for pattern in OWNERS for path in sorted(root.glob(pattern)) if path.is_dir()]
    return [path for path in found if path.parent.name == "themes" or (path / "apps.py").exists()]


def extracted(root: Path) -> dict[Path, Catalog]:
    """Every text in the sources, as one catalogue per owner; locations are relative to `root`."""
    owning = owners(root)
    catalogs = {owner: Catalog(project="Balai", fuzzy=False) for owner in owning}
    for path in _sources(root):
        owner = next((o for o in owning if path.is_relative_to(o)), root / NO_APP)
        for line, text, comments, context in _texts(path):
            catalog = catalogs.setdefault(owner, Catalog(project="Balai", fuzzy=False))
            place = (path.relative_to(root).as_posix(), line)
            catalog.add(text, locations=[place], auto_comments=comments, context=context)
    return {owner: catalog for owner, catalog in catalogs.items() if len(catalog)}


def _sources(root: Path) -> Iterator[Path]:
    for top in sorted({pattern.split("/")[0] for pattern in OWNERS}):
        for path in sorted((root / top).rglob("*")):
            inside = path.relative_to(root).parts
            if path.is_file() and not LEFT_OUT.intersection(inside[:-1]) and _is_source(path):
                yield path


def _is_source(path: Path) -> bool:
    return path.suffix == ".py" or ("templates" in path.parts and path.suffix in TEMPLATE_SUFFIXES)


def _texts(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    """(line, text or (singular, plural), translator comments, context) of each message in a file."""
    source = path.read_text()
    if path.suffix != ".py":
        if "{%" not in source and "{{" not in source:
            return
        # What templatize leaves around the calls keeps its indentation, which Python's tokenizer would refuse.
        source = "\n".join(line.lstrip() for line in templatize(source, str(path)).split("\n"))
    yield from extract("python", io.BytesIO(source.encode()), KEYWORDS, ("Translators",), {"encoding": "utf-8"})


# -- the catalogues ----------------------------------------------------------------------------------------------------
def catalogue_path(owner: Path, language: str) -> Path:
    """Where an owner keeps its catalogue of a language."""
    return owner / "locale" / language / "LC_MESSAGES" / "django.po"


def read(path: Path, language: str) -> Catalog:
    """A catalogue; an empty one where there is none yet. Raises PoFileError when it cannot be read."""
    text = path.read_text() if path.exists() else _header(language)
    if forms := PLURAL_FORMS.get(language):
        # Whoever began the file by hand may have copied another language's.
        text = re.sub(r'"Plural-Forms: [^"]*"', f'"Plural-Forms: {forms}\\\\n"', text, count=1)
    return read_po(io.StringIO(text), locale=language, abort_invalid=True)


def update(root: Path) -> list[Path]:
    """Brings every catalogue in line with the sources, keeping what is translated. Returns the files that changed."""
    changed = []
    for owner, template in extracted(root).items():
        for language in LANGUAGES:
            path = catalogue_path(owner, language)
            catalog = read(path, language)
            # No guesses: a fuzzy translation is a wrong one.
            catalog.update(template, no_fuzzy_matching=True)
            catalog.obsolete.clear()
            text = _written(catalog, language)
            if not path.exists() or path.read_text() != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
                changed.append(path)
    return changed


def _written(catalog: Catalog, language: str) -> str:
    """The text of a .po file without dates, names and line numbers, which would change with every commit."""
    buffer = io.BytesIO()
    write_po(
        buffer, catalog, width=WIDTH, omit_header=True, include_lineno=False, sort_by_file=True, ignore_obsolete=True
    )
    return f"{_header(language)}\n{buffer.getvalue().decode().strip(chr(10))}\n"


def _header(language: str) -> str:
    lines = [
        'msgid ""',
        'msgstr ""',
        f'"Language: {language}\\n"',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=UTF-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Plural-Forms: {PLURAL_FORMS[language]}\\n"',
    ]
    return "".join(f"{line}\n" for line in lines)


def compiled(root: Path) -> list[Path]:
    """Compiles the catalogues that are newer than their .mo. Returns the files written."""
    written = []
    for top in sorted({pattern.split("/")[0] for pattern in OWNERS}):
        for path in sorted((root / top).rglob("locale/*/LC_MESSAGES/*.po")):
            target = path.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
                continue
            catalog = read(path, path.parents[1].name)
            unfinished = target.with_suffix(".mo.new")
            with open(unfinished, "wb") as file:
                write_mo(file, catalog, use_fuzzy=False)
            unfinished.replace(target)
            written.append(target)
    return written


# -- checking ----------------------------------------------------------------------------------------------------------
def faults(root: Path) -> list[Fault]:
    """Every text without a complete translation in its owner's catalogue, by place of use."""
    found = []
    for owner, template in extracted(root).items():
        for language in LANGUAGES:
            catalog = read(catalogue_path(owner, language), language)
            for message in template:
                if message.id:
                    translated = catalog.get(message.id, message.context)
                    if reason := _fault(message, translated, catalog.num_plurals):
                        file, line = message.locations[0]
                        found.append(Fault(f"{file}:{line}", _singular(message), f"{reason} ({language})"))
    return sorted(found, key=lambda fault: fault.place)


def _fault(message: Message, translated: Message | None, plurals: int) -> str | None:
    """What is wrong with a translation; None when nothing is."""
    if translated is None:
        return "not in the catalogue"
    if translated.fuzzy:
        return "marked fuzzy"
    if message.pluralizable != translated.pluralizable:
        return "plural here, not in the catalogue" if message.pluralizable else "plural in the catalogue, not here"
    texts = translated.string if isinstance(translated.string, (tuple, list)) else (translated.string,)
    if not all(texts) or (message.pluralizable and len(texts) != plurals):
        return "not translated"
    # Languages without a singular, such as Indonesian, always show the number: the plural has all placeholders.
    wanted = placeholders(message.id[1] if message.pluralizable else message.id)
    allowed = [wanted, placeholders(_singular(message))] if plurals > 1 else [wanted]
    if any(placeholders(text) not in allowed for text in texts):
        return f"placeholders differ from {sorted(wanted.elements())}"
    return None


def placeholders(text: str) -> Counter[str]:
    """What will be filled in. Named ones may be used again in a translation, the others must be as many."""
    counted: Counter[str] = Counter()
    for match in PLACEHOLDER.finditer(text):
        percent, name, braces = match.groups()
        if name or (braces and braces != "{}"):
            counted[percent or braces] = 1
        elif percent or braces:
            counted[percent or braces] += 1
    return counted


def disagreements(root: Path) -> list[str]:
    """Texts that two owners translate differently: Django merges all catalogues, so one of them is never shown."""
    seen: dict[tuple[str, str | None], dict[str, list[str]]] = {}
    for owner in [*owners(root)]:
        for language in LANGUAGES:
            for message in read(catalogue_path(owner, language), language):
                if message.id and message.string:
                    key = (_singular(message), message.context)
                    here = owner.relative_to(root).as_posix()
                    seen.setdefault(key, {}).setdefault(str(message.string), []).append(here)
    return [
        f"{text!r}: " + "; ".join(f"{string} in {', '.join(places)}" for string, places in translations.items())
        for (text, _), translations in sorted(seen.items(), key=lambda item: item[0][0])
        if len(translations) > 1
    ]


def _singular(message: Message) -> str:
    return message.id[0] if message.pluralizable else str(message.id)


# -- command line ------------------------------------------------------------------------------------------------------
def main(arguments: Sequence[str]) -> int:
    """`update`, `compile` or `check`. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="bin/translations", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("command", choices=("update", "compile", "check"))
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    root: Path = options.root.resolve()
    if options.command == "check":
        return _check(root)
    for path in update(root) if options.command == "update" else compiled(root):
        print(path.relative_to(root))
    return 0


def _check(root: Path) -> int:
    for line in disagreements(root):
        print(f"note: two translations of one text, only one is ever shown: {line}")
    found = faults(root)
    for fault in found:
        print(fault)
    counted = sum(len(catalog) for catalog in extracted(root).values())
    print(
        f"{counted} texts, {len(found)} without a complete translation"
        + (" (bin/translations update adds them)" if found else "")
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
