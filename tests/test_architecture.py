"""Rules of the house that import-linter cannot say."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOMAIN = ("models", "queries", "actions", "tasks")
REQUESTS_AND_API = ("django.http", "django.shortcuts", "graphene", "graphql", "balai.graphql", "graphene_django")
SOURCES = [path for root in ("platform", "tenants", "apps", "superapp_api") for path in (ROOT / root).rglob("*.py")]


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if path.stem in DOMAIN], ids=lambda path: str(path.relative_to(ROOT))
)
def test_domain_code_knows_neither_requests_nor_the_api(path: Path) -> None:
    wrong = {name for name in imported(path) if name.startswith(REQUESTS_AND_API)}
    # A Wagtail page is asked to serve itself; it hands the request on at once.
    if path == ROOT / "apps/news/models.py":
        wrong.discard("django.http")
        wrong.discard("django.shortcuts")
    assert wrong == set()


def test_no_junk_drawers() -> None:
    names = {"utils", "helpers", "common", "manager", "managers", "misc", "lib", "services", "repositories"}
    assert [str(path.relative_to(ROOT)) for path in SOURCES if path.stem in names or path.parent.name in names] == []


def test_every_decision_is_in_the_table() -> None:
    folder = ROOT / "docs/decisions"
    table = (folder / "README.md").read_text()
    for path in sorted(folder.glob("0*.md")):
        number, title = path.read_text().split("\n", 1)[0].removeprefix("# ").split(". ", 1)
        assert int(path.name[:4]) == int(number)
        assert f"| {number} | [{title}]({path.name}) |" in table
