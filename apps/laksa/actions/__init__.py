"""Writes of LAKSA. Each is one transaction: rows, the timeline's entry, the messages to whom it concerns.

What is not here is the engine's: ask (for changes), postpone, merge, reply, approve, return_work, rate, follow, …
"""

from apps.laksa.actions.answering import answer, conclude, decline, dispose, fulfil, hand_back, plan, rate
from apps.laksa.actions.commenting import (
    add_comment,
    hide_comment,
    publish_comment,
    remove_comment,
    report_comment,
)
from apps.laksa.actions.drafting import drop_draft, drop_old_drafts, save_draft
from apps.laksa.actions.figures import update_figures
from apps.laksa.actions.reviewing import appeal, decide_appeal, publish, reject, verify
from apps.laksa.actions.submitting import enter_aspiration, rewrite, submit_aspiration
from apps.laksa.actions.supporting import keep_promises, support, withdraw_support
from apps.laksa.actions.weekly import tell_the_mayor

__all__ = [
    "add_comment",
    "answer",
    "appeal",
    "conclude",
    "decide_appeal",
    "decline",
    "dispose",
    "drop_draft",
    "drop_old_drafts",
    "enter_aspiration",
    "fulfil",
    "hand_back",
    "hide_comment",
    "keep_promises",
    "plan",
    "publish",
    "publish_comment",
    "rate",
    "reject",
    "remove_comment",
    "report_comment",
    "rewrite",
    "save_draft",
    "submit_aspiration",
    "support",
    "tell_the_mayor",
    "update_figures",
    "verify",
    "withdraw_support",
]
