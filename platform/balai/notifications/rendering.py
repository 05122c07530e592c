"""Turns a template key into the words of a message.

A key "x/report_done" names up to four templates: `x/report_done_subject.txt` and `x/report_done_message.txt` (and
`.html` if there is one) for a mail, `x/report_done_sms.txt` for an SMS. Text templates are not HTML-escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation

from balai.notifications.models import Channel
from balai.notifications.queries import here


class Words(NamedTuple):
    subject: str
    text: str
    html: str


def render(key: str, channel: str, context: Mapping[str, Any], language: str) -> Words:
    """The message in the language. Raises TemplateDoesNotExist where the key has no text for the channel."""
    city = here()
    values = {"city": city, "base_url": city.url, **context}
    with translation.override(language):
        if channel == Channel.SMS:
            return Words("", _plain(f"{key}_sms.txt", values), "")
        subject = " ".join(_plain(f"{key}_subject.txt", values).split())[:200]
        return Words(subject, _plain(f"{key}_message.txt", values) + "\n", _html(f"{key}_message.html", values))


def _plain(name: str, values: dict[str, Any]) -> str:
    # The engine's own template: the outer one escapes for HTML whatever the file's name.
    return str(get_template(name).template.render(Context(values, autoescape=False))).strip()  # type: ignore[attr-defined]


def _html(name: str, values: dict[str, Any]) -> str:
    try:
        template = get_template(name)
    except TemplateDoesNotExist:
        return ""
    return str(template.render(values))
