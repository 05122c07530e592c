"""The menu at the side of every page of the back office, kept for a moment.

Wagtail puts it together anew for each page: every entry is asked whether this person may see it, some of them with
statements of their own. What comes out depends on little: the person, their language and rights, and what the city has
switched on.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.core.cache import cache
from django.template.context import Context
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from wagtail.admin.templatetags import wagtailadmin_tags

from balai.portal.theming import here

KEPT_SECONDS = 60
"""A post that somebody was given or lost shows in their menu this much later at most; the pages ask by themselves."""

_fresh = wagtailadmin_tags.sidebar_props


# Registered under the name of Wagtail's own tag, which it replaces.
@wagtailadmin_tags.register.simple_tag(takes_context=True, name="sidebar_props")
def sidebar_props(context: Context) -> str:
    """The menu as Wagtail's sidebar reads it (a script element with JSON)."""
    user, city = context["request"].user, here()
    profile = getattr(user, "wagtail_userprofile", None)
    seen_by: list[Any] = [
        *(user.pk, user.name, str(profile.avatar) if profile else "", get_language()),
        *(user.is_superuser, sorted(user.get_all_permissions())),
        *((city.name, city.theme, sorted(city.options_by_module.items())) if city is not None else ()),
    ]
    key = "sidebar:" + hashlib.sha256(json.dumps(seen_by, default=str).encode()).hexdigest()
    kept = cache.get(key)
    if kept is None:
        kept = str(_fresh(context))
        cache.set(key, kept, KEPT_SECONDS)
    return mark_safe(kept)  # noqa: S308  (Wagtail's json_script has escaped it)
