"""What holds for every template and for the front end's sources."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings

from balai.modules import modules

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(
    path
    for pattern in (
        "themes/*/templates/**/*.html",
        "apps/*/templates/**/*.html",
        "platform/balai/*/templates/**/*.html",
    )
    for path in ROOT.glob(pattern)
    # Pages of Wagtail's admin have a frame and icons of their own.
    if not {"office", "wagtailadmin"} & set(path.parts)
)
ICONS = json.loads((ROOT / "themes/base/src/icons.json").read_text())
COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.S)


def source(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_nothing_in_a_template_is_refused_by_the_content_security_policy(path: Path) -> None:
    text = source(path)
    assert not re.search(r"<[^>]*\sstyle\s*=", text), "style attribute"
    assert not re.search(r"<style\b", text), "inline style sheet"
    assert not re.search(r"<[^>]*\son[a-z]+\s*=\s*[\"']", text), "inline handler"
    assert "javascript:" not in text
    for tag in re.findall(r"<script\b[^>]*>", text):
        # A block of data is not run: script-src does not speak of it (CSP 3, 6.1.11).
        data = "application/json" in tag or "application/ld+json" in tag
        assert "src=" in tag or data, f"inline script: {tag}"


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_every_icon_that_a_template_names_is_in_the_sprite(path: Path) -> None:
    for name in re.findall(r'components/icon\.html" with name="([^"]+)"', source(path)):
        assert name in ICONS


def test_every_icon_that_a_module_names_is_in_the_sprite() -> None:
    named = {label: {card.icon, *(service.icon for service in card.services)} for label, card in modules().items()}
    unknown = {label: names - ICONS.keys() for label, names in named.items() if not label.startswith("dummy")}
    assert not {label: names for label, names in unknown.items() if names}


@pytest.mark.parametrize("path", TEMPLATES, ids=shown)
def test_every_component_that_a_template_includes_exists(path: Path) -> None:
    for name in re.findall(r'{% include "(components/[^"]+)"', source(path)):
        assert (ROOT / "themes/base/templates" / name).is_file(), name


def test_the_lock_file_names_no_registry() -> None:
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock
    assert "registry" not in lock
    packages = json.loads(lock)["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


@pytest.mark.parametrize("path", sorted((ROOT / "themes/base/src").rglob("*.js")), ids=shown)
def test_scripts_hold_no_texts_and_build_no_html_from_data(path: Path) -> None:
    text = path.read_text()
    for made in re.findall(r"innerHTML\s*=\s*(.+)", text):
        assert made.strip() == "button.dataset.label;", "HTML from a string"
    assert "insertAdjacentHTML" not in text
    assert "document.write" not in text
    assert "eval(" not in text


def test_the_late_red_is_used_for_lateness_only() -> None:
    for path in (settings.THEMES_ROOT / "base/src/css").glob("*.css"):
        for selector, body in re.findall(r"([^{}]+){([^{}]*)}", re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)):
            if "var(--late" in body:
                assert "late" in selector, selector.strip()


def test_every_demo_city_has_a_theme_of_its_own() -> None:
    from balai.portal.theming import folder
    from tenants.demo import CITIES

    looks = {folder(city["slug"]) for city in CITIES}
    assert len(looks) == len(CITIES)
    assert len({look.primary for look in looks}) == len({look.logo for look in looks}) == len(CITIES)


@pytest.mark.parametrize("path", sorted((ROOT / "themes/base/src/js").glob("*.js")), ids=shown)
def test_names_are_never_html_on_a_map(path: Path) -> None:
    # Leaflet writes a string that it is given into innerHTML; names of areas come from files that people upload.
    source = path.read_text()
    handed = re.findall(r"(?:bindTooltip|bindPopup|setContent)\(([^,)]*)", source)
    # What these three give back is a node whose words were set as text.
    assert [words for words in handed if not words.startswith(("list(", "about(", "document.createTextNode("))] == []
    assert not handed or "innerHTML" not in source
