"""What the casework of a city knows of a person."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from balai.accounts.models import User
from balai.casework.models import (
    AreaSubscription,
    BulkRun,
    Case,
    Follow,
    Kind,
    Receipt,
    SavedFilter,
    Supporter,
    TimelineEntry,
)
from balai.casework.queries import place_name, with_relations
from balai.casework.writing import REPORTER

PRIVATE_WORDS = (Kind.MESSAGE, Kind.RATED, Kind.APPEALED)
"""Words of a reporter that are about the two of them; the report itself is about the city and stays, without its
author."""


def export(user: User) -> dict[str, Any]:
    """The person's reports with their words on them, and what they wrote as staff."""
    relations = with_relations(Case.objects.filter(reporter=user)).select_related("merged_into", "earlier")
    cases = relations.prefetch_related("reveals").order_by("pk")
    joined = Supporter.objects.filter(user=user).select_related("case").order_by("pk")
    entries = TimelineEntry.objects.filter(actor=user).select_related("case").order_by("pk")
    return {
        "reports": [
            {
                "number": case.number,
                "received_at": case.received_at.isoformat(),
                "category": case.category.name,
                "description": case.description,
                "place": place_name(case),
                "landmark": case.landmark,
                "lat": case.lat,
                "lon": case.lon,
                "visibility": case.visibility,
                "status": case.status,
                "rating": case.rating,
                "rating_words": case.rating_words,
                "reported_again_after": case.earlier.number if case.earlier else None,
                "joined_to": case.merged_into.number if case.merged_into else None,
                "from_city": case.from_city,
                "to_city": case.to_city,
                "answers": [{"question": told["label"], "answer": told["text"]} for told in case.answers_told],
                "identity_shown": [
                    {"at": shown.at.isoformat(), "reason": shown.reason} for shown in case.reveals.all()
                ],
            }
            for case in cases.iterator(chunk_size=500)
        ],
        "joined": [{"report": row.case.number, "at": row.at.isoformat()} for row in joined],
        "entries": [
            {
                "report": entry.case.number,
                "at": entry.at.isoformat(),
                "event": entry.kind,
                "role": entry.role,
                "words": entry.words,
            }
            for entry in entries.iterator(chunk_size=500)
        ],
        "follows": list(Follow.objects.filter(user=user).order_by("pk").values_list("case__number", flat=True)),
        "subscriptions": [
            {"area": area, "category": category}
            for area, category in AreaSubscription.objects.filter(user=user)
            .order_by("pk")
            .values_list("area__name", "category__name")
        ],
        "saved_filters": list(SavedFilter.objects.filter(owner=user).order_by("pk").values("name", "query")),
    }


@transaction.atomic
def erase(user: User) -> None:
    """Takes the person out of their reports, and their private words with them; the reports stay, of nobody.

    Timelines keep the number of an account that is about to be gone, and their chains hold: an entry's hash knows only
    a salted digest of its words.
    """
    for model in (Follow, AreaSubscription):
        model.objects.filter(user=user).delete()
    cases = Case.objects.filter(reporter=user)
    own = cases.values_list("pk", flat=True)
    # The timeline's own manager refuses to change anything; this is the one exception.
    TimelineEntry._base_manager.filter(case__in=list(own), actor=user, role=REPORTER, kind__in=PRIVATE_WORDS).update(
        words="", words_salt=""
    )
    Receipt.objects.filter(actor=user).delete()
    SavedFilter.objects.filter(owner=user).delete()
    BulkRun.objects.filter(actor=user).delete()
    _forget_former_words(list(own))
    cases.update(reporter=None, idempotency_key="", rating_words="")
    # A case keeps its weight, and forgets whose it is.
    nobody = Concat(Value("erased:"), Cast("pk", CharField()))
    Supporter.objects.filter(user=user).update(user=None, session=nobody)


def _forget_former_words(cases: list[int]) -> None:
    """Of corrected texts only the version that is read stays; of the private ones none."""
    edited = TimelineEntry.objects.filter(case__in=cases, kind=Kind.EDITED).values_list("case_id", flat=True)
    stale: list[int] = []
    versions: dict[tuple[int, int], int] = {}
    private: set[tuple[int, int]] = set()
    for entry in TimelineEntry.objects.filter(case__in=list(edited)).order_by("case", "sequence"):
        key = (entry.case_id, entry.data.get("of", entry.sequence) if entry.kind == Kind.EDITED else entry.sequence)
        if entry.kind == Kind.EDITED:
            if key in versions:
                stale.append(versions[key])
            if key in private:
                stale.append(entry.pk)
        elif entry.role == REPORTER and entry.kind in PRIVATE_WORDS:
            private.add(key)
        versions[key] = entry.pk
    TimelineEntry._base_manager.filter(pk__in=stale).update(words="", words_salt="")
