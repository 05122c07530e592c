"""What other apps tell the notifications: the kinds of messages they send, and who may see what a message is about.

An app's config may have

    message_kinds = {"reports": MessageKind(_("What becomes of my reports"))}
    message_doors = {"case": "balai.casework.queries.message_access"}

A door is asked with the key behind the colon of `Message.about` ("case:36741234567") and a user.
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from balai.modules import Text


@dataclass(frozen=True, slots=True)
class MessageKind:
    """What a person can choose a channel for.

    `staff`: offered to people who work for the city only. `digest`: stands in the daily digest of those who chose one,
    instead of coming as single mails. `urgent`: its mails do not wait for the end of quiet hours. `listed`: has a
    channel of its own to choose.
    """

    label: Text
    staff: bool = False
    digest: bool = False
    urgent: bool = False
    listed: bool = True


ALWAYS = MessageKind("", urgent=True, listed=False)
"""The kind without a name: codes, security, invitations. Nobody can switch it off."""


class Access(enum.Enum):
    """What someone may do with what a message is about: nothing, see it, or handle it as staff."""

    NONE = "none"
    SEES = "sees"
    HANDLES = "handles"


@functools.cache
def kinds() -> dict[str, MessageKind]:
    """Every kind by name, in the order of the apps."""
    found: dict[str, MessageKind] = {}
    for config in apps.get_app_configs():
        offered: Mapping[str, MessageKind] = getattr(config, "message_kinds", {})
        for name, kind in offered.items():
            if name in found:
                raise ImproperlyConfigured(f"two apps have the message kind {name!r}, one is {config.name}")
            found[name] = kind
    return found


def kind_of(name: str) -> MessageKind:
    """The kind of this name. One that no app has any more (an old row) is treated like the nameless one."""
    return kinds().get(name, ALWAYS) if name else ALWAYS


@functools.cache
def _doors() -> dict[str, Callable[[str, Any], Access]]:
    return {
        prefix: import_string(path)
        for config in apps.get_app_configs()
        for prefix, path in getattr(config, "message_doors", {}).items()
    }


def access_to(about: str, user: Any) -> Access:
    """What the user may do with what a message is about. What no app guards is open: its page guards itself."""
    prefix, _colon, key = about.partition(":")
    door = _doors().get(prefix)
    return door(key, user) if door is not None else Access.SEES
