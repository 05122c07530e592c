"""Sending an aspiration, and sending it again after the city has asked for changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.laksa import trust
from apps.laksa.alike import alike
from apps.laksa.models import Aspiration, AspirationKind, Draft
from apps.laksa.queries import MODULE
from balai.accounts.models import User
from balai.agencies.queries import Act, standing_of
from balai.casework import intake, notices
from balai.casework.actions.moving import STATUS_FIELDS, begin, draft, move_to, save, sent_photos, wrong
from balai.casework.contacts import checked_contact
from balai.casework.entry import CHANNELS
from balai.casework.errors import LikelyDuplicate, NotAllowed
from balai.casework.guests import Guest
from balai.casework.intake import Received
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Channel, Classification, Kind, Visibility
from balai.casework.wording import checked, tidy
from balai.casework.writing import append

MIN_TITLE, MAX_TITLE = 5, 120
MIN_TEXT, MAX_TEXT = 20, 1_850

CLASSIFICATIONS = {
    AspirationKind.CRITICISM: Classification.COMPLAINT,
    AspirationKind.QUESTION: Classification.INFORMATION_REQUEST,
}
"""What SP4N-LAPOR! calls them; the other two are aspirations."""


@transaction.atomic
def submit_aspiration(
    *,
    author: User | Guest,
    title: str,
    text: str,
    topic: str,
    kind: str = AspirationKind.ASPIRATION,
    visibility: str = "",
    place: Mapping[str, Any] | None = None,
    photo_ids: Sequence[UUID] = (),
    document_ids: Sequence[UUID] = (),
    from_app: bool = False,
    key: UUID | None = None,
    unless_alike: bool = False,
    entry: Mapping[str, Any] | None = None,
) -> Received:
    """Takes in an aspiration. It waits at the command room; whether it is shown at once, see `trust`.

    `entry` is what `enter_aspiration` knows beyond it: submit_case's `clerk`, `channel` and `contact`.

    `topic` is the slug of a category, `place` the arguments of casework's place_of and may be left out, the ids are
    waiting uploads of the author. The same `key` from the same author makes one, and drops the draft of that key.
    With `unless_alike`, one that says what others have said is not taken in, unless it was sent before.

    Raises ValidationError with every mistake by field: title, text, kind, and those of casework's submit_case;
    LikelyDuplicate.
    """
    errors: dict[str, list[ValidationError]] = {}
    wording = ""
    try:
        wording = _wording(title, text)
    except ValidationError as error:
        errors |= error.error_dict
    if kind not in AspirationKind.values:
        errors |= wrong("kind", _("Choose what it is."), "unknown").error_dict
    # The command room has read what it enters itself.
    held_for = trust.held_for_aspiration(author, wording) if not errors and entry is None else None
    name_hidden = visibility == Visibility.ANONYMOUS
    sent: dict[str, Any] = {
        "module": MODULE,
        "reporter": author,
        "category": topic,
        "description": wording or "–" * MIN_TEXT,
        "place": dict(place or {}),
        "place_needed": False,
        "photo_ids": photo_ids,
        "document_ids": document_ids,
        "visibility": Visibility.SECRET if held_for and visibility in ("", *Visibility.values) else visibility,
        "hide_name": name_hidden,
        "classification": CLASSIFICATIONS.get(AspirationKind(kind), Classification.ASPIRATION) if not errors else "",
        "channel": Channel.APP if from_app else Channel.WEB,
        "idempotency_key": str(key or ""),
        "to_room": True,
        **{name: value for name, value in (entry or {}).items() if name != "contact"},
    }
    if errors:
        raise ValidationError(errors | intake.mistakes(**sent))
    others = list(alike(title, text).values_list("pk", flat=True)) if unless_alike else []
    # Its mistakes come first, and one that was sent before is no copy of itself.
    if others and intake.received_before(**sent) is None and not intake.mistakes(**sent):
        raise LikelyDuplicate(others)
    received = intake.submit_case(**sent, contact=(entry or {}).get("contact"))
    if received.created:
        wanted = visibility or received.case.category.default_visibility
        if wanted == Visibility.ANONYMOUS and not received.case.name_hidden:
            # By the topic's own wish, while it is held as a secret one.
            received.case.name_hidden = True
            received.case.save(update_fields=["name_hidden"])
        Aspiration.objects.create(
            case=received.case,
            title=wording.partition("\n")[0],
            kind=kind,
            held=held_for is not None,
            held_for=held_for or "",
            wanted_visibility=wanted,
        )
        if key is not None and isinstance(author, User):
            Draft.objects.filter(user=author, key=key).delete()
    return received


@transaction.atomic
def enter_aspiration(
    *, clerk: User, channel: str, name: str = "", phone: str = "", email: str = "", **fields: Any
) -> Received:
    """The command room takes in an aspiration that reached it by letter, at a Musrenbang, by telephone, …; its author
    follows it with the tracking code of the receipt.

    What is known of the author is optional, encrypted and erased some time after the aspiration is closed. `fields`
    are those of submit_aspiration. Raises NotAllowed, and ValidationError as submit_aspiration does and for channel,
    name, phone and email.
    """
    if standing_of(clerk).role_for(Act.ASSIGN, None) is None:
        raise NotAllowed(_("Only the command room does this."))
    if channel not in CHANNELS:
        raise wrong("channel", _("Say how the aspiration came in."), "unknown")
    contact = checked_contact(name=name, phone=phone, email=email)
    return submit_aspiration(author=Guest(), entry={"clerk": clerk, "channel": channel, "contact": contact}, **fields)


def wording_of(title: str, text: str) -> str:
    """Title and text as the case keeps them, without looking at whether they will do."""
    return f"{' '.join(tidy(title).split())}\n\n{tidy(text)}"


def _wording(title: str, text: str) -> str:
    """Title and text as the case's description has them: the title is its first line."""
    errors: dict[str, list[ValidationError]] = {}
    try:
        title = " ".join(
            checked(title, "title", minimum=MIN_TITLE, maximum=MAX_TITLE, missing=_("Give it a title.")).split()
        )
    except ValidationError as error:
        errors |= error.error_dict
    try:
        text = checked(text, "text", minimum=MIN_TEXT, maximum=MAX_TEXT, missing=_("Say what you wish for, and why."))
    except ValidationError as error:
        errors |= error.error_dict
    if errors:
        raise ValidationError(errors)
    return f"{title}\n\n{text}"


@transaction.atomic
def rewrite(*, case: Case, actor: User | Guest, title: str, text: str, photo_ids: Sequence[UUID] = ()) -> Case:
    """The author puts the words right: as asked for by the city, which gets it back to where it was, with new photos
    if there are; or before anybody there has read it.

    Raises NotAllowed, IllegalMove, ValidationError (title, text, photos).
    """
    asked = Case.objects.filter(pk=case.pk, status=Status.AWAITING_REPORTER).exists()
    row, _view, _post = begin(case, "resend" if asked else "correct", actor)
    if not asked and row.read_at is not None:
        raise NotAllowed(_("Your aspiration has been read by now. Write a message to correct it."))
    wording = _wording(title, text)
    if not asked and wording == row.description:
        raise wrong("text", _("Nothing was changed."), "unchanged")
    if photo_ids and not asked:
        raise wrong("photos", _("New photos are possible once the city has asked for changes."), "not_asked")
    photos, now = sent_photos(actor, photo_ids), timezone.now()
    if asked:
        move_to(row, Status(row.status_before), now)
    data = {"of": 1, "why": ""}
    [entry] = append(row, draft(None, Kind.EDITED, actor, now, words=wording, data=data, photos=photos))
    row.description = wording
    aspiration = Aspiration.objects.get(case=row)
    aspiration.title = wording.partition("\n")[0]
    if trust.watched(wording) and not aspiration.held:
        aspiration.held, aspiration.held_for = True, "words"
        aspiration.wanted_visibility, row.visibility = row.visibility, Visibility.SECRET
    aspiration.save(update_fields=["title", "held", "held_for", "wanted_visibility"])
    save(row, "description", "visibility", *STATUS_FIELDS)
    if asked:
        notices.tell_desk(row, "message", entry)
    return row
