"""The categories under which a city's services are shown, in this order."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from balai.modules import Text

CATEGORIES: Final[dict[str, Text]] = {
    "pengaduan": _("Reports and aspirations"),
    "darurat": _("Emergency and safety"),
    "informasi": _("News and information"),
    "kependudukan": _("Civil registration"),
    "perizinan": _("Permits"),
    "kesehatan": _("Health"),
    "pendidikan": _("Education"),
    "pekerjaan": _("Work"),
    "sosial": _("Social aid"),
    "pangan": _("Food and prices"),
    "pajak": _("Taxes and levies"),
    "perhubungan": _("Traffic and transport"),
    "lingkungan": _("Environment"),
    "wisata": _("Tourism and culture"),
    "partisipasi": _("Taking part"),
    "lainnya": _("Other services"),
}
"""Slug → name."""
