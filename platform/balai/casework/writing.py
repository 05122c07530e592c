"""Adding to a timeline. Only for the actions, which hold the case locked (or have just made it)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from balai.accounts.models import User
from balai.agencies.models import Agency
from balai.attachments import actions as attachments
from balai.attachments.models import Attachment
from balai.attachments.queries import Sender
from balai.casework import chain
from balai.casework.guests import Guest
from balai.casework.models import Case, Kind, TimelineEntry
from balai.casework.queries import ENTRY_PHOTOS

REPORTER = "reporter"
SYSTEM = "system"


def sender_of(actor: User | Guest | None) -> Sender:
    """Under whom the actor's uploads wait."""
    return Sender(session_key=actor.session_key) if isinstance(actor, Guest) else Sender(actor)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be. `photos` are waiting uploads of the actor."""

    kind: Kind
    at: datetime.datetime
    role: str
    actor: User | Guest | None = None
    agency: Agency | None = None
    public: bool = True
    words: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    photos: Sequence[Attachment] = ()


def link(case: Case, drafts: Sequence[Draft]) -> list[TimelineEntry]:
    """The entries, hashed onto the case's chain but not written; moves the case's head in memory."""
    entries = []
    for draft in drafts:
        salt = chain.new_salt()
        data = draft.data
        if draft.photos:
            data = {**data, "photos": [[str(photo.pk), photo.sha256] for photo in draft.photos]}
        entry = TimelineEntry(
            sequence=case.timeline_length + 1,
            kind=draft.kind,
            at=draft.at,
            actor=draft.actor if isinstance(draft.actor, User) else None,
            actor_salt=chain.new_salt(),
            role=draft.role,
            agency=draft.agency,
            public=draft.public,
            words=draft.words,
            words_salt=salt,
            words_digest=chain.digest_of(draft.words, salt),
            data=data,
            previous_hash=case.timeline_head,
        )
        entry.hash = chain.link(entry, case.number, case.timeline_head)
        case.timeline_length, case.timeline_head = entry.sequence, entry.hash
        entries.append(entry)
    return entries


def write(case: Case, drafts: Sequence[Draft], entries: list[TimelineEntry]) -> None:
    """Writes linked entries of a case that is in the database and hands the photos over to them."""
    for entry in entries:
        entry.case = case
    TimelineEntry.objects.bulk_create(entries)
    for draft, entry in zip(drafts, entries, strict=True):
        if draft.photos:
            ids: list[UUID] = [photo.pk for photo in draft.photos]
            sender = sender_of(draft.actor)
            # Results are compared with one another: see balai.casework.evidence.
            result = entry.kind in (Kind.FINISHED, Kind.CHECKING)
            attachments.claim(ids=ids, sender=sender, owner_kind=ENTRY_PHOTOS, owner_id=entry.pk, compared=result)


def append(case: Case, *drafts: Draft) -> list[TimelineEntry]:
    """Links and writes entries. The caller saves `timeline_length` and `timeline_head` of the case."""
    entries = link(case, drafts)
    write(case, drafts, entries)
    return entries
