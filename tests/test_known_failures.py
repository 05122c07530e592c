"""The table of known failures names tests that exist; and the one failure that no other test looks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TABLE = (ROOT / "docs/known-failures.md").read_text()
NAMED = [
    (path, name)
    for path, names in re.findall(r"\]\(\.\./(tests/[\w/]+\.py)\)((?:,? `test_\w+`)+)", TABLE)
    for name in re.findall(r"test_\w+", names)
]


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_every_test_of_the_table_exists(path: str, name: str) -> None:
    assert re.search(rf"^ *def {name}\(", (ROOT / path).read_text(), re.MULTILINE)


def test_every_line_of_the_table_names_a_test() -> None:
    rows = [line for line in TABLE.splitlines() if line.startswith("| ") and not line.startswith("| Failure")]
    assert rows
    assert [row for row in rows if not re.search(r"\]\(\.\./tests/[\w/]+\.py\) `test_", row)] == []
    assert len(NAMED) == len(re.findall(r"`test_\w+`", TABLE))


def test_no_text_of_the_interface_names_a_city() -> None:
    """Neither a template nor a text to translate. The hub is left out: its form has examples."""
    cities = re.compile("serang|tangerang|pandeglang|purworejo", re.IGNORECASE)
    texts = [
        path
        for root in ("platform", "apps", "themes/base")
        for pattern in ("templates/**/*.html", "templates/**/*.txt", "locale/**/*.po", "src/js/*.js")
        for path in (ROOT / root).rglob(pattern)
        if path.is_file() and "platform/balai/hub" not in str(path)
    ]
    assert len(texts) > 100
    wrong = []
    for path in texts:
        lines = path.read_text().splitlines()
        wrong += [f"{path.relative_to(ROOT)}: {line}" for line in lines if line[:1] != "#" and cities.search(line)]
    assert wrong == []
