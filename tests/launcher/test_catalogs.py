"""bin/translations on a tiny tree."""

import gettext
import os
from pathlib import Path

import pytest

from balai.launcher import catalogs

MODELS = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
NAME = _("Street light")
LATE = pgettext("clock", "late")

def counted(n):
    # Translators: shown above the list
    return ngettext("%(count)s report", "%(count)s reports", n) % {"count": n}
"""
TEMPLATE = """{% load i18n %}
<main>
    <h1>{% translate "Where is it?" %}</h1>
      <p title="{{ x|default:_('Nothing yet') }}">it's "quoted" \\ and 100%
    {% blocktranslate trimmed with name=user.name count n=items|length %}
      {{ name }} has one photo
    {% plural %}
      {{ name }} has {{ n }} photos
    {% endblocktranslate %}
    </p>
</main>
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in {
        "apps/siaran/apps.py": "",
        "apps/siaran/models.py": MODELS,
        "apps/siaran/templates/siaran/report.html": TEMPLATE,
        "apps/siaran/migrations/0001_initial.py": '_("never shown")',
        "platform/balai/config/settings.py": 'from x import gettext_lazy as _\nLANGUAGES = [("id", _("Indonesian"))]\n',
        "themes/base/templates/base.html": '{% load i18n %}{% translate "Home" context "menu" %}',
        "themes/base/src/js/map.js": 'gettext("no texts in JavaScript")',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def translate(tree: Path, owner: str, texts: dict[str, str]) -> Path:
    """Puts translations into a catalogue that `update` made: msgid line → msgstr line(s)."""
    path = catalogs.catalogue_path(tree / owner, "id")
    content = path.read_text()
    for source, target in texts.items():
        empty = 'msgstr[0] ""' if f'msgid_plural "{source}"' in content else 'msgstr ""'
        marker = f'msgid_plural "{source}"\n' if empty != 'msgstr ""' else f'msgid "{source}"\n'
        assert marker + empty in content, content
        content = content.replace(marker + empty, marker + empty.replace('""', f'"{target}"'))
    path.write_text(content)
    return path


SIARAN = {
    "Street light": "Lampu jalan",
    "late": "terlambat",
    "%(count)s reports": "%(count)s laporan",
    "Where is it?": "Di mana tempatnya?",
    "Nothing yet": "Belum ada",
    "%(name)s has %(n)s photos": "%(name)s punya %(n)s foto",
}
BASE = {"Indonesian": "Bahasa Indonesia", "Home": "Beranda"}


def test_texts_go_to_their_owners(tree: Path) -> None:
    changed = catalogs.update(tree)
    assert changed == [catalogs.catalogue_path(tree / owner, "id") for owner in ("apps/siaran", "themes/base")]
    siaran, base = (path.read_text() for path in changed)
    for text in ("Street light", "%(count)s reports", "Where is it?", "Nothing yet", "%(name)s has one photo"):
        assert f'"{text}"' in siaran
    assert 'msgctxt "clock"' in siaran
    assert "#. Translators: shown above the list" in siaran
    assert '"Indonesian"' in base
    assert 'msgctxt "menu"' in base
    assert "never shown" not in siaran + base
    assert "JavaScript" not in siaran + base


def test_update_keeps_translations_drops_what_is_gone_and_is_stable(tree: Path) -> None:
    catalogs.update(tree)
    path = translate(tree, "apps/siaran", SIARAN)
    assert catalogs.update(tree) == []
    (tree / "apps/siaran/models.py").write_text(MODELS.replace("Street light", "Street lamp"))
    assert catalogs.update(tree) == [path]
    text = path.read_text()
    assert "terlambat" in text
    assert "Lampu jalan" not in text
    assert 'msgid "Street lamp"\nmsgstr ""' in text, "no guess from the similar text"


def test_check_names_what_is_missing_by_line(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogs.main(["check", "--root", str(tree)]) == 1
    printed = capsys.readouterr().out
    assert "apps/siaran/models.py:3: not in the catalogue (id): 'Street light'" in printed
    assert "apps/siaran/templates/siaran/report.html:3: not in the catalogue (id): 'Where is it?'" in printed
    catalogs.update(tree)
    assert "models.py:3: not translated (id): 'Street light'" in "\n".join(map(str, catalogs.faults(tree)))


def test_a_complete_tree_passes(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    catalogs.update(tree)
    translate(tree, "apps/siaran", SIARAN)
    translate(tree, "themes/base", BASE)
    assert catalogs.faults(tree) == []
    assert catalogs.main(["check", "--root", str(tree)]) == 0
    assert "8 texts, 0 without" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("source", "wrong", "reason"),
    [
        ("%(count)s reports", "%(jumlah)s laporan", "placeholders differ"),
        ("%(count)s reports", "laporan", "placeholders differ"),
        ("%(name)s has %(n)s photos", "%(name)s punya foto", "placeholders differ"),
        ("Street light", "Lampu {jalan}", "placeholders differ"),
        ("Street light", "", "not translated"),
    ],
)
def test_wrong_translations_are_found(tree: Path, source: str, wrong: str, reason: str) -> None:
    catalogs.update(tree)
    translate(tree, "themes/base", BASE)
    translate(tree, "apps/siaran", {**SIARAN, source: wrong})
    (fault,) = catalogs.faults(tree)
    assert reason in fault.reason


def test_fuzzy_is_not_translated(tree: Path) -> None:
    catalogs.update(tree)
    translate(tree, "themes/base", BASE)
    path = translate(tree, "apps/siaran", SIARAN)
    path.write_text(path.read_text().replace('msgid "Street light"', '#, fuzzy\nmsgid "Street light"'))
    assert [fault.reason for fault in catalogs.faults(tree)] == ["marked fuzzy (id)"]


def test_two_translations_of_one_text_are_noted(tree: Path) -> None:
    (tree / "themes/base/templates/more.html").write_text('{% translate "Street light" %}')
    catalogs.update(tree)
    translate(tree, "apps/siaran", SIARAN)
    translate(tree, "themes/base", {**BASE, "Street light": "Penerangan jalan"})
    assert catalogs.disagreements(tree) == [
        "'Street light': Lampu jalan in apps/siaran; Penerangan jalan in themes/base"
    ]


def test_compile_only_what_is_newer(tree: Path) -> None:
    catalogs.update(tree)
    path = translate(tree, "apps/siaran", SIARAN)
    assert len(catalogs.compiled(tree)) == 2
    assert catalogs.compiled(tree) == []
    compiled = path.with_suffix(".mo")
    os.utime(path, ns=(compiled.stat().st_mtime_ns + 1, compiled.stat().st_mtime_ns + 1))
    assert catalogs.compiled(tree) == [compiled]
    with open(compiled, "rb") as file:
        texts = gettext.GNUTranslations(file)
    assert texts.gettext("Street light") == "Lampu jalan"
    assert texts.ngettext("%(count)s report", "%(count)s reports", 1) == "%(count)s laporan"
    assert texts.pgettext("clock", "late") == "terlambat"


def test_placeholders() -> None:
    assert catalogs.placeholders("%(a)s and %(a)s of 100%% {b}") == catalogs.placeholders("{b} %(a)s")
    assert catalogs.placeholders("%s of %s") != catalogs.placeholders("%s")
    assert catalogs.placeholders("50 % off") == catalogs.placeholders("")
