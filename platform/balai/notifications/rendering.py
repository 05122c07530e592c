"""Turns a template key into the words of a message.

A key "x/report_done" names up to four templates: `x/report_done_subject.txt` and `x/report_done_message.txt` (and
`.html` if there is one) for a mail, `x/report_done_sms.txt` for an SMS. The subject is also its title in the inbox.
Text templates are not HTML-escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone, translation

from balai.notifications.models import Channel
from balai.notifications.queries import here, zone


class Words(NamedTuple):
    subject: str
    text: str
    html: str


def render(key: str, channel: str, context: Mapping[str, Any], language: str) -> Words:
    """The message in the language, by the city's clock.

    Raises TemplateDoesNotExist where the key has no text for the channel.
    """
    city = here()
    values = {"city": city, "base_url": city.url, **context}
    with translation.override(language), timezone.override(zone()):
        if channel == Channel.SMS:
            return Words(_title(key, values, required=False), _plain(f"{key}_sms.txt", values), "")
        text = _plain(f"{key}_message.txt", values) + "\n"
        html = _html(f"{key}_message.html", values) if channel == Channel.MAIL else ""
        return Words(_title(key, values, required=True), text, html)


def footer(stop_url: str, language: str) -> str:
    """What stands below a mail that can be stopped."""
    with translation.override(language):
        return "\n" + _plain("notifications/footer.txt", {"stop_url": stop_url}) + "\n"


def _title(key: str, values: dict[str, Any], *, required: bool) -> str:
    try:
        return " ".join(_plain(f"{key}_subject.txt", values).split())[:200]
    except TemplateDoesNotExist:
        if required:
            raise
        return ""  # A code by SMS needs no title: it never stands in an inbox.


def _plain(name: str, values: dict[str, Any]) -> str:
    # The engine's own template: the outer one escapes for HTML whatever the file's name.
    return str(get_template(name).template.render(Context(values, autoescape=False))).strip()  # type: ignore[attr-defined]


def _html(name: str, values: dict[str, Any]) -> str:
    try:
        template = get_template(name)
    except TemplateDoesNotExist:
        return ""
    return str(template.render(values))
