"""How each demo city runs the module: Serang as RABEG with its own times, Tangerang Selatan checks results."""

from __future__ import annotations

from balai.casework.actions.policies import add_preset
from tenants.models import Activation, City

OPTIONS = {
    "serang": {"name": "RABEG", "full_name": "Reaksi Atas Berita Warga"},
    "tangerang-selatan": {"full_name": "Sistem Aplikasi Pelaporan dan Penugasan", "check_results": True},
}
PRESETS = {"serang": "rabeg", "tangerang-selatan": "lapor"}


def settle(city: City) -> None:
    """The options and service levels of the city, from now on; any other city keeps the defaults."""
    if city.slug in PRESETS:
        add_preset(name=PRESETS[city.slug], module="siaran")
    Activation.objects.filter(city=city, module="siaran").update(options=OPTIONS.get(city.slug, {}))
    city.__dict__.pop("options_by_module", None)
