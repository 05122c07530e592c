"""What the theme's maps need to know of the city."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from tenants.models import City


def map_settings(city: City, center: str = "", zoom: int = 13) -> dict[str, Any]:
    """Tiles, boundaries and where the map opens: at `center` ("lat,lon"), else at the city's own."""
    own = f"{city.lat},{city.lon}" if city.lat is not None else ""
    return {
        "tiles": settings.MAP_TILES_URL,
        "attribution": settings.MAP_ATTRIBUTION,
        "center": center or own,
        "zoom": zoom,
        "boundaries": reverse("geography:boundaries", args=["village"]),
    }
