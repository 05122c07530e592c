"""Writes about cases. Each is one transaction: the row, its timeline entry and the messages to whom it concerns."""

from balai.casework.actions.closing import (
    MAX_RATING_WORDS,
    approve,
    archive,
    not_ours,
    postpone,
    rate,
    reopen,
    resume,
    return_work,
)
from balai.casework.actions.desk import assign, classify, forward, mark_read, verify
from balai.casework.actions.field import accept, finish, on_the_way, start
from balai.casework.actions.moving import MAX_PHOTOS, sent_photos
from balai.casework.actions.words import add_note, ask, reply, send_message

__all__ = [
    "MAX_PHOTOS",
    "MAX_RATING_WORDS",
    "accept",
    "add_note",
    "approve",
    "archive",
    "ask",
    "assign",
    "classify",
    "finish",
    "forward",
    "mark_read",
    "not_ours",
    "on_the_way",
    "postpone",
    "rate",
    "reopen",
    "reply",
    "resume",
    "return_work",
    "send_message",
    "sent_photos",
    "start",
    "verify",
]
