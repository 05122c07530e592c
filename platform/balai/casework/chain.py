"""The hash chain of a case's timeline: what was written cannot be changed, left out or slipped in unnoticed.

Every entry carries the SHA-256 of the entry before it and of its own content; the case itself carries the length and
the last hash, so a timeline that was cut short is noticed too. Of an entry's words only a salted digest goes into the
hash: words can be erased later, as a person may demand, and the chain still holds. Of who did it likewise: a city that
is handed a case verifies the timeline without learning who works for the other one.

It tells changes made behind the suite's back. Someone who rewrites a whole chain and the case with it is told only by a
copy of the last hash kept elsewhere.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from balai.casework.models import Case, TimelineEntry


def new_salt() -> str:
    """Sixteen random bytes as hex; without them erased words could be guessed from their digest."""
    return secrets.token_hex(16)


def digest_of(words: str, salt: str) -> str:
    """What the chain knows of an entry's words."""
    return hashlib.sha256(f"{salt}\n{words}".encode()).hexdigest()


def sealed(entry: TimelineEntry) -> dict[str, Any]:
    """What the chain knows of an entry's doer and agency: all that another city gets of them."""
    if entry.origin:
        return {"actor": entry.origin["actor"], "agency": entry.origin["agency"]}
    # Entries from before there was a salt carry the doer's number.
    actor = digest_of(str(entry.actor_id or ""), entry.actor_salt) if entry.actor_salt else entry.actor_id
    return {"actor": actor, "agency": entry.agency_id}


def payload(entry: TimelineEntry, number: str) -> dict[str, Any]:
    """Everything of an entry that the chain protects."""
    return {
        "case": number,
        "sequence": entry.sequence,
        "kind": entry.kind,
        "at": entry.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        "role": entry.role,
        "public": entry.public,
        "words": entry.words_digest,
        "data": entry.data,
        **sealed(entry),
    }


def link(entry: TimelineEntry, number: str, previous: str) -> str:
    """The hash of an entry that follows the one with the hash `previous` ("" for the first)."""
    content = json.dumps(payload(entry, number), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{content}".encode()).hexdigest()


def faults(case: Case, entries: Iterable[TimelineEntry]) -> list[str]:
    """What is wrong with a case's timeline, given whole and in order; empty when it holds."""
    found = []
    previous, length = "", 0
    for length, entry in enumerate(entries, start=1):
        if entry.sequence != length:
            found.append(f"entry {length}: numbered {entry.sequence}")
        if entry.previous_hash != previous:
            found.append(f"entry {length}: does not follow the one before")
        if entry.origin and entry.origin.get("withheld"):
            # The content stayed in the other city: only the links can be checked here.
            previous = entry.hash
            continue
        if entry.words_salt and digest_of(entry.words, entry.words_salt) != entry.words_digest:
            found.append(f"entry {length}: the words were changed")
        elif not entry.words_salt and entry.words:
            found.append(f"entry {length}: words where they had been erased")
        if link(entry, case.number, entry.previous_hash) != entry.hash:
            found.append(f"entry {length}: the content was changed")
        previous = entry.hash
    if length != case.timeline_length or previous != case.timeline_head:
        found.append(f"the timeline ends at {length}, the case knows {case.timeline_length}")
    return found
