"""The groups that every new city begins with. A city may change or delete them and make its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ADMINISTRATORS = "Administrator kota"
OPERATORS = "Operator"
OFFICERS = "Petugas lapangan"
EDITORS = "Redaksi"

ALL = ("add", "change", "delete", "view")
EDIT = ("add", "change", "view")
LOOK = ("view",)
MODULES = "*"
"""Stands for the labels of all city modules."""


@dataclass(frozen=True)
class Grant:
    """What a group may do: actions per app label, and whether it looks after pages and files.

    Models that an app adds later are covered when the city is prepared again.
    """

    models: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pages: tuple[str, ...] = ()
    office: bool = True


DEFAULT_GROUPS: dict[str, Grant] = {
    ADMINISTRATORS: Grant(
        models={
            MODULES: ALL,
            "agencies": ALL,
            "calendars": ALL,
            "assets": ALL,
            "casework": ALL,
            "geography": LOOK,
            "office": ALL,
            "tenants": ("change",),  # of the city's own profile and modules; the hub's screens are not in a city
            "portal": ALL,
            "membership": ALL,
            "auth": ALL,
            "accounts": ALL,
            "notifications": LOOK,
            "audit": LOOK,
            "wagtailcore": ALL,
            "wagtailimages": ALL,
            "wagtaildocs": ALL,
            "wagtailredirects": ALL,
        },
        pages=("add", "change", "publish", "lock", "unlock", "bulk_delete"),
    ),
    OPERATORS: Grant(
        models={
            MODULES: EDIT,
            "casework": LOOK,
            "agencies": LOOK,
            "assets": LOOK,
            "calendars": LOOK,
            "geography": LOOK,
        }
    ),
    EDITORS: Grant(
        models={"wagtailimages": ALL, "wagtaildocs": ALL, "news": ALL, "wagtailcore": LOOK},
        pages=("add", "change", "publish", "lock", "unlock"),
    ),
    # Officers work on the portal's task pages; their posts say which tasks are theirs.
    OFFICERS: Grant(office=False),
}

# Rights that nobody gets by a group: they would reach beyond the city or rewrite its history.
NEVER = {"auth.permission", "accounts.datarequest", "accounts.datarequeststep", "membership.userpermission"}
