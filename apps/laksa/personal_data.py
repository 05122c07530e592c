"""What LAKSA knows of a person in this city, beyond what lies in their cases (see balai.casework.personal_data)."""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.laksa.models import Aspiration, Comment, CommentReport, CommentState, Draft, Rejection
from balai.accounts.models import User


def export(user: User) -> dict[str, Any]:
    """The person's comments, drafts and reports of comments, and the kind and outcome of what they sent."""
    aspirations = Aspiration.objects.filter(case__reporter=user).select_related("case").order_by("pk")
    comments = Comment.objects.filter(author=user).select_related("case").order_by("pk")
    reports = CommentReport.objects.filter(user=user).select_related("comment__case").order_by("pk")
    return {
        "aspirations": [
            {
                "number": row.case.number,
                "title": row.title,
                "kind": row.kind,
                "outcome": row.outcome,
                "waits_for_review": row.held,
            }
            for row in aspirations.iterator(chunk_size=500)
        ],
        "comments": [
            {
                "aspiration": row.case.number,
                "at": row.at.isoformat(),
                "text": row.text,
                "state": row.state,
                "reason": row.reason,
            }
            for row in comments.iterator(chunk_size=500)
        ],
        "reported_comments": [
            {"aspiration": row.comment.case.number, "at": row.at.isoformat(), "reason": row.reason, "words": row.words}
            for row in reports.iterator(chunk_size=500)
        ],
        "drafts": [
            {"saved_at": row.saved_at.isoformat(), **json.loads(row.content)}
            for row in Draft.objects.filter(user=user).order_by("pk")
        ],
    }


@transaction.atomic
def erase(user: User) -> None:
    """Comments, drafts and reports of comments go; what was rejected or moderated forgets by whom.

    The aspirations stay without their author, as every case does.
    """
    own = Comment.objects.select_for_update().filter(author=user).order_by("pk")
    shown: dict[int, int] = {}
    for case_id, state in own.values_list("case_id", "state"):
        shown[case_id] = shown.get(case_id, 0) + (state == CommentState.SHOWN)
    for case_id, count in shown.items():
        Aspiration.objects.filter(case=case_id).update(comment_count=F("comment_count") - count)
    Comment.objects.filter(author=user).delete()
    CommentReport.objects.filter(user=user).delete()
    Draft.objects.filter(user=user).delete()
    Comment.objects.filter(reviewed_by=user).update(reviewed_by=None)
    Rejection.objects.filter(by=user).update(by=None)
    Rejection.objects.filter(decided_by=user).update(decided_by=None)
