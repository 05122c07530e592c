"""The theme engine: which templates, colours and pictures a city shows.

A theme is a folder `themes/<slug>/` with a `theme.toml`, templates that override others, and static files. A city names
its folder in `City.theme`; in its back office it changes colours, type, logo and tagline (`portal.models.Theme`). Both
together make a :class:`Look`, which pages get as `theme` and which /tema.css turns into CSS custom properties.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template import Origin
from django.template.loaders.cached import Loader as CachedLoader
from django.template.loaders.filesystem import Loader as FilesystemLoader
from django.templatetags.static import static
from django.utils._os import safe_join

from balai.portal.colour import BLACK, PAPER, READABLE, WHITE, contrast, mix, on
from balai.portal.models import Theme
from tenants.connection import connection
from tenants.current import current_city, in_a_city
from tenants.held import Held
from tenants.models import City

BASE = "base"
DRAFT = "theme-draft"
DRAFT_SECONDS = 3600
YEAR = 365 * 24 * 3600
SYSTEM_STACK = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif'


# -- templates --------------------------------------------------------------------------------------------------------
def here() -> City | None:
    """The city whose schema is in use, the hub's row, or None where neither is known (a bare script)."""
    if in_a_city():
        return current_city()
    tenant = getattr(connection, "tenant", None)
    return tenant if isinstance(tenant, City) else None


def theme_slugs() -> tuple[str, ...]:
    """The theme folders to look in, the city's own first."""
    city = here()
    own = city.theme if city else ""
    return (own, BASE) if own and own != BASE else (BASE,)


class FolderLoader(FilesystemLoader):
    """Finds templates in themes/<city's theme>/templates, then in themes/base/templates."""

    def get_dirs(self) -> list[Any]:
        # All of them: Django's autoreloader asks this outside any city.
        return sorted(settings.THEMES_ROOT.glob("*/templates"))

    def get_template_sources(self, template_name: str) -> Iterator[Origin]:
        for slug in theme_slugs():
            root = settings.THEMES_ROOT / slug / "templates"
            yield Origin(name=safe_join(str(root), template_name), template_name=template_name, loader=self)


class ThemeLoader(CachedLoader):
    """Keeps compiled templates under the theme's name, so that one city's override never reaches another."""

    def __init__(self, engine: Any) -> None:
        super().__init__(
            engine,
            ["balai.portal.theming.FolderLoader", "django.template.loaders.app_directories.Loader"],
        )

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        return "/".join((*theme_slugs(), super().cache_key(template_name, skip)))


# -- what a folder says -----------------------------------------------------------------------------------------------
@dataclasses.dataclass(frozen=True, slots=True)
class Folder:
    """A theme folder's `theme.toml`. `logo` and `hero` are names of static files, `tokens` more custom properties."""

    slug: str
    label: str
    primary: str
    accent: str
    tagline: str = ""
    font: str = "jakarta"
    header_style: str = "terang"
    logo: str = ""
    hero: str = ""
    tokens: tuple[tuple[str, str], ...] = ()


@lru_cache(maxsize=64)
def folder(slug: str) -> Folder:
    """The theme folder of this name, or the base folder when there is none of that name.

    Raises ImproperlyConfigured for a theme.toml that cannot be used: unknown keys, missing ones.
    """
    path = settings.THEMES_ROOT / slug / "theme.toml"
    if not slug or not path.is_file():
        if slug == BASE:
            raise ImproperlyConfigured(f"{path} is missing")
        return folder(BASE)
    said = tomllib.loads(path.read_text())
    tokens = tuple(sorted(said.pop("tokens", {}).items()))
    try:
        return Folder(slug=slug, tokens=tokens, **said)
    except TypeError as fault:
        raise ImproperlyConfigured(f"{path}: {fault}") from fault


def folders() -> list[Folder]:
    """Every theme folder that is installed, by slug."""
    return [folder(path.parent.name) for path in sorted(settings.THEMES_ROOT.glob("*/theme.toml"))]


# -- the look of a city -----------------------------------------------------------------------------------------------
@dataclasses.dataclass(frozen=True, slots=True)
class Tokens:
    """What decides the style sheet; equal tokens make equal sheets."""

    slug: str
    primary: str
    accent: str
    font: str


@dataclasses.dataclass(frozen=True, slots=True)
class Look:
    """What pages use as `theme`."""

    name: str
    official_name: str
    tagline: str
    header_style: str
    logo_url: str
    css_url: str
    tokens: Tokens

    @property
    def primary(self) -> str:
        return self.tokens.primary

    @property
    def bar_colour(self) -> str:
        """The colour of the phone's own bar above the page."""
        return self.primary if self.header_style == Theme.HeaderStyle.COLOUR else WHITE


def look_of(city: City | None, chosen: Theme | None) -> Look:
    """The look of a city (None: the hub), with what it chose in its back office (None: nothing)."""
    base = folder(getattr(city, "theme", "") or BASE)
    chosen = chosen or Theme()
    tokens = Tokens(
        slug=base.slug,
        primary=(chosen.primary or base.primary).lower(),
        accent=(chosen.accent or base.accent).lower(),
        font=chosen.font or base.font,
    )
    is_city = city is not None and not city.is_hub
    return Look(
        name=city.short_name if city is not None and is_city else "Balai",
        official_name=city.name if city is not None and is_city else "Balai",
        tagline=chosen.tagline or base.tagline,
        header_style=chosen.header_style or base.header_style,
        logo_url=f"/tema/logo?v={_version(chosen.logo.name or '')}" if chosen.logo else _static(base.logo),
        css_url=f"/tema.css?v={_version(style_sheet(tokens))}",
        tokens=tokens,
    )


CHOSEN: Held[Theme | None] = Held("portal.theme", lambda: Theme.objects.first())
"""What the city chose in its back office."""


@receiver([post_save, post_delete], sender=Theme)
def _theme_changed(**_told: Any) -> None:
    CHOSEN.changed()


def current_look() -> Look:
    """The look of the city (or the hub) whose schema is in use."""
    return look_of(here(), CHOSEN.get() if in_a_city() else Theme.objects.first())


@contextmanager
def trying(slug: str) -> Iterator[None]:
    """Runs the block as if the city had this theme folder: templates, pictures and colours."""
    own = current_city()
    tried = copy.copy(own)
    tried.theme = slug
    connection.tenant = tried
    try:
        yield
    finally:
        connection.tenant = own


def draft_look(draft: Theme) -> Look:
    """The look that an unsaved Theme would give; its style sheet travels, signed, in the address."""
    look = look_of(here(), draft)
    signed = signing.dumps(dataclasses.asdict(look.tokens), salt=DRAFT, compress=True)
    return dataclasses.replace(look, css_url=f"/tema.css?draft={signed}")


def city_logo_url(city: City) -> str:
    """The logo of a city's theme folder, for pages of the hub (another schema's upload is not read from there)."""
    return _static(folder(city.theme or BASE).logo)


def _static(name: str) -> str:
    return static(name) if name else ""


def _version(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


# -- the style sheet --------------------------------------------------------------------------------------------------
@dataclasses.dataclass(frozen=True, slots=True)
class Face:
    """A typeface of our own to load, and the stacks it appears in."""

    family: str
    file: str
    weights: str
    body: str
    heading: str
    properties: tuple[tuple[str, str], ...] = ()


FACES: Mapping[str, Face | None] = {
    "jakarta": Face(
        "Plus Jakarta Sans", "jakarta.woff2", "200 800", f'"Plus Jakarta Sans", {SYSTEM_STACK}', "var(--font-body)"
    ),
    "figtree": Face("Figtree", "figtree.woff2", "300 900", f"Figtree, {SYSTEM_STACK}", "var(--font-body)"),
    "lora": Face(
        "Lora",
        "lora.woff2",
        "400 700",
        SYSTEM_STACK,
        "Lora, Georgia, serif",
        (("heading-weight", "650"), ("heading-spacing", "-0.01em")),
    ),
    "sistem": None,
}


@lru_cache(maxsize=1024)
def style_sheet(tokens: Tokens) -> str:
    """The text of /tema.css: the city's custom properties and its typeface."""
    base = folder(tokens.slug)
    face = FACES[tokens.font]
    properties = {
        "primary": tokens.primary,
        "primary-dark": mix(tokens.primary, BLACK, 0.2),
        "primary-deep": mix(tokens.primary, BLACK, 0.42),
        "primary-soft": mix(tokens.primary, WHITE, 0.91),
        "primary-line": mix(tokens.primary, WHITE, 0.68),
        "accent": tokens.accent,
        "accent-dark": _hover(tokens.accent),
        "accent-soft": mix(tokens.accent, WHITE, 0.82),
        "on-accent": on(tokens.accent),
        "font-body": face.body if face else SYSTEM_STACK,
        "font-heading": face.heading if face else "var(--font-body)",
        **dict(face.properties if face else ()),
        **({"hero-image": f'url("{_static(base.hero)}")'} if base.hero else {}),
        **dict(base.tokens),
    }
    rules = [":root{" + "".join(f"--{name}:{value};" for name, value in properties.items()) + "}"]
    if face:
        rules.insert(
            0,
            f'@font-face{{font-family:"{face.family}";src:url("{static(f"balai/fonts/{face.file}")}") format("woff2");'
            f"font-weight:{face.weights};font-style:normal;font-display:swap}}",
        )
    return "\n".join(rules) + "\n"


def _hover(colour: str) -> str:
    """A shade to answer the pointer with, on which the text stays readable."""
    text = on(colour)
    darker = mix(colour, BLACK, 0.1)
    return darker if contrast(darker, text) >= READABLE else mix(colour, PAPER, 0.15)


# -- addresses --------------------------------------------------------------------------------------------------------
def theme_css(request: HttpRequest) -> HttpResponse:
    """/tema.css: kept for a year under its version, anew each time under any other address."""
    draft = request.GET.get("draft")
    if draft:
        try:
            tokens = Tokens(**signing.loads(draft, salt=DRAFT, max_age=DRAFT_SECONDS))
        except (signing.BadSignature, TypeError) as fault:
            raise Http404 from fault
        return _css(style_sheet(tokens), "no-store")
    text = style_sheet(current_look().tokens)
    current = request.GET.get("v") == _version(text)
    return _css(text, f"public, max-age={YEAR}, immutable" if current else "no-cache")


def _css(text: str, keep: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/css; charset=utf-8", headers={"Cache-Control": keep})


def theme_logo(request: HttpRequest) -> HttpResponseBase:
    """/tema/logo: the picture that the city uploaded, or a way to the one of its theme folder."""
    chosen = Theme.objects.first()
    if chosen is None or not chosen.logo:
        city = here()
        url = city_logo_url(city) if city else _static(folder(BASE).logo)
        return redirect(url)
    name = chosen.logo.name or ""
    kind = {"png": "image/png", "webp": "image/webp"}.get(name.rsplit(".", 1)[-1].lower(), "image/jpeg")
    current = request.GET.get("v") == _version(name)
    keep = f"public, max-age={YEAR}, immutable" if current else "no-cache"
    with chosen.logo.open("rb") as picture:
        return HttpResponse(
            picture.read(), content_type=kind, headers={"Cache-Control": keep, "X-Content-Type-Options": "nosniff"}
        )
