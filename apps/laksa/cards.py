"""The API's answers as LAKSA's templates want them."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.laksa.models import Dimension
from apps.laksa.share_card import NOT_SHARED
from balai.casework.shown import away, exactly, photos, place_of, timeline, when
from tenants.current import current_city

DISPOSED = ("PROCESS", "CHECKING", "REOPENED")
REFUSED = ("DECLINED", "REJECTED")
"""Ends that are shown neutrally: the green tick is for what was done."""


def aspiration_card(node: dict[str, Any]) -> dict[str, Any]:
    """A LaksaCard for laksa/card.html."""
    case = node["case"]
    return {
        "title": node["title"],
        "text": node["excerpt"],
        "url": reverse("laksa:aspiration", args=[node["number"]]),
        "number": node["number"],
        "state": state(node),
        "open": case["status"] != "DONE",
        "state_label": node["outcomeName"] or case["statusName"],
        "kind": node["kindName"],
        "topic": case["category"]["name"],
        "place": place_of(case["place"]),
        "when": when(case["receivedAt"]),
        "supporters": case["weight"],
        "comments": node["comments"],
        "answered": bool(node["answeredAt"]),
        "held": node["held"],
        "photo_url": case["thumbnail"],
        "away": away(case["distanceM"]) if case["distanceM"] is not None else "",
    }


def state(node: dict[str, Any]) -> str:
    """Which look the status of a LaksaCard or LaksaAspiration has."""
    return "refused" if node["outcome"] in REFUSED else str(node["case"]["status"]).lower()


def comment(node: dict[str, Any]) -> dict[str, Any]:
    """A LaksaComment for laksa/comment.html."""
    author = node["author"] or (_("The author") if node["byAuthor"] else _("A resident"))
    return {**node, "name": author, "when": when(node["at"])}


def steps(node: dict[str, Any]) -> dict[str, Any]:
    """The stages of an aspiration and which one it is at, from 1. One that was closed without an answer has skipped
    those between."""
    case = node["case"]
    names = [
        pgettext("stage", "New"),
        pgettext("stage", "Verified"),
        pgettext("stage", "Given to the agency"),
        pgettext("stage", "Answered"),
    ]
    closed = case["status"] == "DONE"
    final = node["outcomeName"] or case["stateName"] if closed else pgettext("stage", "Result")
    if closed and not node["answeredAt"]:
        return {"steps": [names[0], final], "current": 2, "stage": final}
    if closed:
        current = 5
    elif node["answeredAt"]:
        current = 4
    elif case["state"] in DISPOSED:
        current = 3
    else:
        current = 2 if case["state"] == "VERIFIED" else 1
    shown = [*names, final]
    return {"steps": shown, "current": current, "stage": shown[current - 1]}


MEANINGS = {
    "ANSWER_DUE": gettext_lazy("The agency owes an official answer"),
    "TO_SEKDA": gettext_lazy("It is laid before the city secretary (Sekda)"),
    "TO_MAYOR": gettext_lazy("It is laid before the mayor"),
}


def threshold(node: dict[str, Any], weight: int) -> dict[str, Any]:
    """A LaksaThreshold for laksa/support.html. What was reached stays so, whoever leaves again."""
    reached = bool(node["reachedAt"])
    return {
        **node,
        "meaning": MEANINGS[node["means"]],
        "reached": exactly(node["reachedAt"]) if reached else "",
        "has": min(weight, node["supporters"]),
    }


def sharing(node: dict[str, Any]) -> dict[str, Any]:
    """What other sites are told of it where somebody shares its address: nothing before the command room has verified
    it, nothing of a secret one, and never by whom it is."""
    case = node["case"]
    verified = case["state"] not in [status.name for status in NOT_SHARED]
    if not verified or case["visibility"] == "SECRET" or node["held"]:
        return {"card_url": "", "json_ld": ""}
    city = current_city()
    address = city.url + reverse("laksa:aspiration", args=[node["number"]])
    picture = city.url + reverse("laksa:card", args=[node["number"]])
    counted = (("LikeAction", case["weight"]), ("CommentAction", node["comments"]))
    told = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "headline": node["title"],
        "text": node["text"],
        "url": address,
        "image": picture,
        "datePublished": case["receivedAt"],
        "publisher": {"@type": "GovernmentOrganization", "name": city.name, "url": city.url},
        "interactionStatistic": [
            {
                "@type": "InteractionCounter",
                "interactionType": f"https://schema.org/{name}",
                "userInteractionCount": count,
            }
            for name, count in counted
        ],
    }
    # A "</script>" in somebody's words must not end the element.
    return {"card_url": picture, "json_ld": mark_safe(json.dumps(told).replace("<", "\\u003c"))}  # noqa: S308


def aspiration_page(node: dict[str, Any]) -> dict[str, Any]:
    """A LaksaAspiration for the pages of one."""
    case = node["case"]
    return {
        **node,
        **{name: case[name] for name in ("weight", "mine", "supported", "canSupport", "moves", "anonymous", "agency")},
        **steps(node),
        "state": state(node),
        "open": case["status"] != "DONE",
        "topic": case["category"],
        "place": place_of(case["place"]),
        "landmark": case["place"]["landmark"],
        "received": exactly(case["receivedAt"]),
        "received_iso": case["receivedAt"],
        "due": exactly(node["answerDueAt"]) if node["answerDueAt"] else "",
        "address": current_city().url + reverse("laksa:aspiration", args=[node["number"]]),
        **sharing(node),
        "before": photos(case["photos"], _("Photo of the aspiration")),
        "after": photos(case["resultPhotos"], _("Photo of the result")),
        "answers": [
            {**answer, "when": exactly(answer["at"]), "photos": photos(answer["photos"], _("Photo of the answer"))}
            for answer in node["answers"]
        ],
        "thresholds": [threshold(row, case["weight"]) for row in node["thresholds"]],
        "dimensions": [str(Dimension[name].label) for name in node["dimensions"]],
        "entries": timeline(case["timeline"]),
        "merged_into": case["mergedInto"],
        "secret": case["visibility"] == "SECRET" and not node["held"],
    }
