"""The staff's screen “Batas wilayah”: what boundaries are in force, and importing others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from balai.accounts.models import User
from balai.geography import queries
from balai.geography.actions import import_boundaries
from balai.geography.boundaries import MAX_BYTES
from balai.geography.codes import Level
from balai.geography.faults import BoundaryFaults

HISTORY = 10


class BoundaryForm(forms.Form):
    """A file and where it comes from."""

    file = forms.FileField(
        label=gettext_lazy("GeoJSON file"),
        help_text=gettext_lazy(
            "A FeatureCollection in WGS 84. Each area has the properties code (Kemendagri), name, level (city, "
            "district or village) and parent (the code of the area that it lies in)."
        ),
        widget=forms.FileInput(attrs={"accept": ".geojson,.json,application/geo+json,application/json"}),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=200,
        help_text=gettext_lazy("Where the boundaries come from, for example “Badan Informasi Geospasial, 2025”."),
    )
    approximate = forms.BooleanField(
        label=gettext_lazy("These boundaries are approximate"),
        required=False,
        help_text=gettext_lazy("Tick this for anything but the official boundaries; this page then says so."),
    )
    repair = forms.BooleanField(
        label=gettext_lazy("Repair outlines that cross themselves"),
        required=False,
        help_text=gettext_lazy("Otherwise they are listed as faults. What was repaired is shown after the import."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            limit = MAX_BYTES // 1_000_000
            raise forms.ValidationError(_("The file is larger than %(limit)s MB.") % {"limit": limit})
        return file


def may_see(user: User | AnonymousUser) -> bool:
    """Whether this member of staff finds the screen."""
    return user.has_perm("geography.view_boundaryset") or may_import(user)


def may_import(user: User | AnonymousUser) -> bool:
    """Whether this member of staff may replace the boundaries."""
    return user.has_perm("geography.add_boundaryset")


@require_http_methods(["GET", "POST"])
def boundaries(request: HttpRequest) -> HttpResponse:
    """The boundaries in force with their map, and the form that replaces them. Every fault is listed."""
    if not may_see(request.user):
        raise PermissionDenied
    form = BoundaryForm()
    faults: tuple[object, ...] = ()
    if request.method == "POST":
        if not may_import(request.user):
            raise PermissionDenied
        form = BoundaryForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                result = import_boundaries(
                    document=form.cleaned_data["file"].read(),
                    source=form.cleaned_data["source"],
                    approximate=form.cleaned_data["approximate"],
                    repair=form.cleaned_data["repair"],
                    actor=request.user,  # type: ignore[arg-type]  # it has a permission, so it is no AnonymousUser
                )
            except BoundaryFaults as refused:
                faults = refused.faults
            else:
                messages.success(
                    request,
                    _("The boundaries were replaced: %(created)s areas new, %(updated)s renewed, %(retired)s retired.")
                    % {"created": result.created, "updated": result.updated, "retired": result.retired},
                )
                return redirect("geography_office:boundaries")
    counts = queries.area_counts()
    context = {
        "page_title": _("Area boundaries"),
        "header_icon": "site",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Area boundaries")},
        ],
        "form": form if may_import(request.user) else None,
        "faults": faults,
        "boundary_set": queries.boundary_set(),
        "earlier": queries.boundary_sets(HISTORY + 1)[1:],
        "counts": [(level.label, counts[level]) for level in Level],
        "drawing": queries.boundaries_drawing(),
    }
    return TemplateResponse(request, "geography/office.html", context, status=422 if faults or form.errors else 200)
