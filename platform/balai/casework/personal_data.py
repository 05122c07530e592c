"""What the casework of a city knows of a person."""

from __future__ import annotations
