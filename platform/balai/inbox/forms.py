"""The form of a person's message preferences."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.portal.operation_form_view import plain

BEST, ACCOUNTS_OWN = "BEST", "account"
"""The form's words for what the API leaves empty: the best way there is, and the account's language."""


def clock_field(**kwargs: Any) -> forms.TimeField:
    """A time of day, without seconds."""
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(widget=widget, input_formats=["%H:%M", "%H:%M:%S", "%H.%M"], **kwargs)


class PreferencesForm(forms.Form):
    """One select per kind of messages, then quiet hours, digest and language. `answer` is a MessagePreferences."""

    quiet = forms.BooleanField(
        label=gettext_lazy("Quiet hours"),
        required=False,
        help_text=gettext_lazy("News waits until they end. Sign-in codes and security mails always come at once."),
    )
    quiet_from = clock_field(label=gettext_lazy("From"))
    quiet_until = clock_field(label=gettext_lazy("Until"))
    digest = forms.BooleanField(
        label=gettext_lazy("One daily digest instead of single mails"),
        required=False,
        help_text=gettext_lazy("On working days, with what is new, open and late. Nothing comes if there is nothing."),
    )
    digest_at = clock_field(label=gettext_lazy("Time of the digest"))
    language = forms.ChoiceField(label=gettext_lazy("Language of the messages"))

    def __init__(self, answer: dict[str, Any], **kwargs: Any) -> None:
        names = {"MAIL": _("Mail"), "SMS": _("SMS"), "INBOX": _("Inbox only")}
        offered = answer["channels"]
        best = _("Mail, else SMS") if "SMS" in offered else _("Mail, where there is an address")
        self.kinds = {f"kind_{kind['kind']}": kind["kind"] for kind in answer["kinds"]}
        initial = {
            **{f"kind_{kind['kind']}": kind["channel"] or BEST for kind in answer["kinds"]},
            "quiet": answer["quiet"],
            "quiet_from": answer["quietFrom"],
            "quiet_until": answer["quietUntil"],
            "digest": answer["digestAt"] is not None,
            "digest_at": answer["digestAt"] or "07:00",
            "language": answer["language"] or ACCOUNTS_OWN,
        }
        super().__init__(**{**kwargs, "initial": initial})
        for kind in answer["kinds"]:
            self.fields[f"kind_{kind['kind']}"] = forms.ChoiceField(
                label=kind["name"],
                choices=[(BEST, best), *((channel, names[channel]) for channel in offered)],
                help_text=_("The digest takes its place.") if kind["inDigest"] else "",
            )
        language = self.fields["language"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [(ACCOUNTS_OWN, _("As in my account")), *settings.LANGUAGES]
        if not answer["digestIsOffered"]:
            del self.fields["digest"], self.fields["digest_at"]
        self.order_fields([*self.kinds, *(name for name in self.fields if name not in self.kinds)])

    @property
    def ways(self) -> list[forms.BoundField]:
        """The fields of the kinds, for the template."""
        return [self[name] for name in self.kinds]

    def variables(self) -> dict[str, Any]:
        """The mutation's variables."""
        cleaned = self.cleaned_data
        ways = {kind: cleaned[field] for field, kind in self.kinds.items()}
        values: dict[str, Any] = {
            "channels": [{"kind": kind, "channel": None if way == BEST else way} for kind, way in ways.items()],
            "quiet": cleaned["quiet"],
            "quietFrom": _clock(cleaned["quiet_from"]),
            "quietUntil": _clock(cleaned["quiet_until"]),
            "language": "" if cleaned["language"] == ACCOUNTS_OWN else cleaned["language"],
        }
        if "digest" in self.fields:
            values["digestAt"] = _clock(cleaned["digest_at"]) if cleaned["digest"] else None
        return values


def _clock(value: Any) -> str:
    return str(plain(value))[:5]
