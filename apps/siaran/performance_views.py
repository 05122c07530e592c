"""The page that says how well the agencies answer."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.siaran.figures_csv import figures_csv
from apps.siaran.open_data import LICENCE
from apps.siaran.public_views import as_day
from balai.casework.periods import Period, today
from balai.casework.shown import exactly
from balai.portal.views import OperationView
from tenants.current import current_city

SPANS = {"bulan": Period.month, "triwulan": Period.quarter, "tahun": Period.year}
SHOWN_SPANS = 4
"""So many of a kind are offered: this month and the three before it, for example."""


class Performance(OperationView):
    """Figures of the city, its agencies and its kelurahan in a month, a quarter, a year or any other span of days."""

    document = "performance"
    template_name = "siaran/performance.html"

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        first, last = as_day(request.GET.get("dari", "")), as_day(request.GET.get("sampai", ""))
        self.span = request.GET.get("waktu", "")
        if first and last and first <= last:
            self.period, self.span = Period(first, last), self.span if self.span in SPANS else "lain"
        else:
            self.span = self.span if self.span in SPANS else "bulan"
            self.period = SPANS[self.span](today())
        self.category = request.GET.get("kategori", "").replace("\0", "")[:50]
        return {
            "since": self.period.first.isoformat(),
            "until": self.period.last.isoformat(),
            "category": self.category or None,
        }

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        found = data["siaran"]["performance"]
        first, last = (datetime.date.fromisoformat(found[name]) for name in ("since", "until"))
        return {
            "period": f"{date_format(first, 'j F Y')} – {date_format(last, 'j F Y')}",
            "since": first.isoformat(),
            "until": last.isoformat(),
            "span": self.span,
            "spans": [
                {"name": name, "url": self.url(waktu=word), "current": self.span == word}
                for word, name in (
                    ("bulan", _("This month")),
                    ("triwulan", _("This quarter")),
                    ("tahun", _("This year")),
                )
            ],
            "csv_url": f"{reverse('siaran:performance_csv')}?{self.csv_query()}",
            "before_url": self.before() if self.span in SPANS else "",
            "category": self.category,
            "city": shown(found["city"]),
            "agencies": [
                {"name": row["agency"]["name"] if row["agency"] else _("Not assigned yet"), **shown(row["figures"])}
                for row in found["agencies"]
            ],
            "villages": [{**row, **shown(row["figures"])} for row in found["villages"]],
            "counted": exactly(found["countedAt"]) if found["countedAt"] else "",
            "enough": found["enough"],
            "few": _("not enough data"),
        }

    def url(self, **changes: str) -> str:
        """This page for another span, with the same category."""
        given = {name: value for name, value in {"kategori": self.category, **changes}.items() if value}
        return f"{reverse('siaran:performance')}{'?' + urlencode(given) if given else ''}"

    def csv_query(self) -> str:
        """What the table for spreadsheets is asked with for the figures of this page."""
        days = {"dari": self.period.first.isoformat(), "sampai": self.period.last.isoformat()}
        return urlencode({**days, **({"kategori": self.category} if self.category else {})})

    def before(self) -> str:
        """The span of the same kind before this one."""
        earlier = SPANS[self.span](self.period.first - datetime.timedelta(days=1))
        return self.url(waktu=self.span, dari=earlier.first.isoformat(), sampai=earlier.last.isoformat())


class PerformanceCsv(Performance):
    """The same figures for spreadsheets, with the same period and category in the address."""

    def show(self, data: dict[str, Any], status: int = 200, **context: Any) -> HttpResponse:
        found, city = data["siaran"]["performance"], current_city()
        response = HttpResponse(figures_csv(found, city.name, self.category), "text/csv; charset=utf-8", status)
        name = f"kinerja-{city.slug}-{found['since']}-{found['until']}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Link"] = f'<{LICENCE}>; rel="license"'
        return response


def shown(figures: dict[str, Any]) -> dict[str, Any]:
    """A CaseFigures in words; "not enough data" where there are too few to say."""
    few = _("not enough data")
    return {
        **{name: figures[name] for name in ("received", "waiting", "process", "done", "unsolved", "late")},
        "answered": figures["answered"],
        "rated": figures["rated"],
        "done_share": percent(figures["doneShare"], few),
        "unprocessed_share": percent(figures["unprocessedShare"], few),
        "late_share": percent(figures["lateShare"], few),
        "median": hours(figures["medianHours"], few),
        "mean": hours(figures["meanHours"], few),
        "satisfaction": number_format(figures["satisfaction"], 1) if figures["satisfaction"] is not None else few,
    }


def percent(share: float | None, few: str) -> str:
    """ "83 %", or what is said of too few."""
    return f"{number_format(share * 100, 0)} %" if share is not None else few


def hours(value: float | None, few: str) -> str:
    """A span of hours as people say it: minutes, hours, or days."""
    if value is None:
        return few
    if value < 1:
        minutes = round(value * 60)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if value < 48:
        return _("%(n)s hours") % {"n": number_format(value, 1)}
    return _("%(n)s days") % {"n": number_format(value / 24, 1)}
