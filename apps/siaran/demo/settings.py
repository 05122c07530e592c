"""How each demo city runs the module: Serang as RABEG with its own times, Tangerang Selatan checks results."""

from __future__ import annotations

from tenants.models import Activation, City

OPTIONS = {
    "serang": {"name": "RABEG", "full_name": "Reaksi Atas Berita Warga"},
    "tangerang-selatan": {"full_name": "Sistem Aplikasi Pelaporan dan Penugasan", "check_results": True},
}


def settle(city: City) -> None:
    """The options and service levels of the city; any other city keeps the defaults."""
    Activation.objects.filter(city=city, module="siaran").update(options=OPTIONS.get(city.slug, {}))
    city.__dict__.pop("options_by_module", None)
