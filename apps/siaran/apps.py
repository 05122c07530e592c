from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from balai.casework.options import CaseOptions
from balai.modules import CityModule, Service


@dataclass(frozen=True)
class SiaranOptions(CaseOptions):
    """What a city may change about SIARAN."""

    photos_required: int = field(
        default=1, metadata={"label": _("Photos that a report needs at least"), "min": 0, "max": 4}
    )


class SiaranConfig(CityModule):
    name = "apps.siaran"
    label = "siaran"
    verbose_name = _("SIARAN")
    summary = _("Report what is broken in your city and follow it until it is mended.")
    icon = "megaphone"
    options = SiaranOptions
    services = (
        Service(
            name=_("Report a problem"),
            summary=_("Street lights, potholes, garbage, floods: with a photo and the place."),
            icon="report",
            url_name="siaran:report",
            category="pengaduan",
        ),
        Service(
            name=_("Reports of the city"),
            summary=_("What others have reported, and what became of it."),
            icon="reports",
            url_name="siaran:reports",
            category="pengaduan",
        ),
        Service(
            name=_("Map of reports"),
            summary=_("What is being mended where."),
            icon="map",
            url_name="siaran:map",
            category="pengaduan",
        ),
    )
    ways = {
        "report_url": "siaran:report",
        "reports_url": "siaran:reports",
        "mine_url": "siaran:mine",
        "track_url": "siaran:track",
    }
