"""Plates for assets: a QR picture that leads to the report form with the asset filled in, one or a sheet of many."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import qrcode  # type: ignore[import-untyped]
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from qrcode.constants import ERROR_CORRECT_Q  # type: ignore[import-untyped]
from qrcode.image.svg import SvgPathImage  # type: ignore[import-untyped]
from wagtail.admin.widgets.button import Button

from balai.assets import queries
from balai.assets.models import Asset, AssetKind, tidy_code
from balai.casework.office.desk import DeskScreen
from balai.office.screens import PageScreen, View, belongs_here
from tenants.current import current_city

PER_SHEET = 24
"""Plates on one sheet: three columns of eight on A4."""
RIGHT = "assets.view_asset"


def picture(address: str) -> SafeString:
    """The address as a QR picture (SVG), readable with a quarter of it dirty or scratched."""
    made = qrcode.make(address, image_factory=SvgPathImage, error_correction=ERROR_CORRECT_Q, border=4)
    return mark_safe(made.to_string(encoding="unicode"))  # noqa: S308  # drawn of squares: no text of the address is in it


def report_address(asset: Asset) -> str:
    """Where somebody who scans the plate reports something about the asset."""
    return f"{current_city().url}{reverse('siaran:report')}?aset={quote(asset.reference)}"


class Plates(View):
    """A sheet of plates, in the order of their codes; or the one of `?aset=lampu:PJU-0123`."""

    permission = RIGHT
    page_title = gettext_lazy("QR plates")
    header_icon = "site"

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("aset", "").replace("\0", "")[:90]
        kind, code = (
            request.GET.get("jenis", "").replace("\0", "")[:50],
            tidy_code(request.GET.get("dari", "").replace("\0", "")[:40]),
        )
        more = ""
        if wanted:
            found = [one_asset(wanted)]
        else:
            rows = queries.with_relations().in_service().order_by("kind_id", "code")
            if kind:
                rows = rows.filter(kind__slug=kind, code__gte=code)
            found = list(rows[: PER_SHEET + 1]) if kind else []
            if len(found) > PER_SHEET:
                more = f"{request.path}?{urlencode({'jenis': kind, 'dari': found.pop().code})}"
        plates = [{"asset": asset, "picture": picture(report_address(asset))} for asset in found]
        return self.page(
            "siaran/office/plates.html",
            plates=plates,
            city=current_city(),
            one=bool(wanted),
            kinds=AssetKind.objects.filter(active=True),
            kind=kind,
            code=code,
            more=more,
            most=PER_SHEET,
        )


class Picture(View):
    """The QR picture of one asset as a file, for whoever makes the plates."""

    permission = RIGHT

    def get(self, request: HttpRequest) -> HttpResponse:
        asset = one_asset(request.GET.get("aset", "").replace("\0", "")[:90])
        answer = HttpResponse(picture(report_address(asset)), "image/svg+xml")
        answer["Content-Disposition"] = f'attachment; filename="{quote(asset.reference, safe="")}.svg"'
        return answer


def one_asset(reference: str) -> Asset:
    """The asset that is meant. Raises Http404."""
    try:
        return queries.by_code(reference)
    except queries.UnknownAsset as unknown:
        raise Http404(str(unknown)) from unknown


class PlateScreens(DeskScreen, PageScreen):
    name = "plates"
    icon = "site"
    menu_label = gettext_lazy("QR plates")
    view_class = Plates

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # Not about the desk's cases.
        return {name: value for name, value in super().get_common_view_kwargs(**kwargs).items() if name != "desk"}

    def get_pages(self) -> list[Any]:
        return [*super().get_pages(), path("picture/", self.construct_view(Picture), name="picture")]


def plate_button(request: HttpRequest, asset: Asset) -> Button | None:
    """Leads from an asset's page to its plate."""
    if not belongs_here("siaran") or not request.user.has_perm(RIGHT):
        return None
    url = f"{reverse('siaran.plates:index')}?{urlencode({'aset': asset.reference})}"
    return Button(_("QR plate"), url=url, icon_name="site", priority=40)
