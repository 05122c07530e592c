"""Writes about cases. Each is one transaction: the row, its timeline entry and the messages to whom it concerns."""

from balai.casework.actions.closing import (
    approve,
    archive,
    not_ours,
    postpone,
    reopen,
    resume,
    return_work,
)
from balai.casework.actions.desk import assign, classify, forward, mark_read, verify
from balai.casework.actions.editing import correct, edit
from balai.casework.actions.field import accept, finish, on_the_way, start
from balai.casework.actions.merging import merge, unmerge
from balai.casework.actions.moving import MAX_PHOTOS, sent_photos
from balai.casework.actions.splitting import Order, cancel_task, split
from balai.casework.actions.transferring import hand_over, send_back
from balai.casework.actions.verdict import MAX_RATING_WORDS, rate
from balai.casework.actions.words import add_note, ask, reply, send_message

__all__ = [
    "MAX_PHOTOS",
    "MAX_RATING_WORDS",
    "Order",
    "accept",
    "add_note",
    "approve",
    "archive",
    "ask",
    "assign",
    "cancel_task",
    "classify",
    "correct",
    "edit",
    "finish",
    "forward",
    "hand_over",
    "mark_read",
    "merge",
    "not_ours",
    "on_the_way",
    "postpone",
    "rate",
    "reopen",
    "reply",
    "resume",
    "return_work",
    "send_back",
    "send_message",
    "sent_photos",
    "split",
    "start",
    "unmerge",
    "verify",
]
