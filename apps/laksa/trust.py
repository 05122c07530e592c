"""How far a resident is trusted, and so what of theirs appears at once and what waits for review.

Trust is earned by contributions (aspirations and comments) that stood, and lost for a while by one that was hidden or
rejected. It is worked out anew each time, from what is there: nothing is stored that could go stale.
"""

from __future__ import annotations

import datetime
import enum
import re
import unicodedata

from django.db.models import Count, Q
from django.utils import timezone

from apps.laksa.models import Aspiration, Comment, CommentState, HeldFor, Rejection
from apps.laksa.queries import MODULE
from balai.accounts.models import User
from balai.casework.guests import Guest
from tenants.modules import module_options

PROBATION = datetime.timedelta(days=180)
"""So long what was hidden counts against its author."""
LINK = re.compile(
    r"https?://|www\.|\b[a-z0-9-]{2,}\.(?:com|net|org|info|xyz|site|shop|online|id|co|me|link|ly)\b", re.I
)


class Trust(enum.IntEnum):
    """A resident's level; a visitor and an unverified account are always new."""

    NEW = 0
    KNOWN = 1
    TRUSTED = 2


REVIEWED_BELOW = {"nobody": 0, "new": 1, "known": 2, "everyone": 3}
"""What the options say: who is below this level waits."""


def is_verified(person: User | Guest) -> bool:
    """Whether the account is one resident's: its mail address or telephone number was verified."""
    return isinstance(person, User) and person.reachable_at() is not None


def trust_of(person: User | Guest) -> Trust:
    """The person's level, in at most four statements."""
    if not isinstance(person, User) or not is_verified(person):
        return Trust.NEW
    options, lately = module_options(MODULE), timezone.now() - PROBATION
    comments = Comment.objects.filter(author=person).aggregate(
        stood=Count("pk", filter=Q(state=CommentState.SHOWN)),
        hidden=Count("pk", filter=Q(state=CommentState.HIDDEN, reviewed_at__gt=lately)),
    )
    rejected = Rejection.objects.filter(case__reporter=person, at__gt=lately).exclude(granted=True).count()
    stood = comments["stood"] + Aspiration.objects.filter(case__reporter=person, held=False).count()
    lost = comments["hidden"] + rejected
    if lost >= 3 or stood - rejected < options.known_after:
        return Trust.NEW
    return Trust.TRUSTED if stood >= options.trusted_after and not lost else Trust.KNOWN


def held_for_aspiration(person: User | Guest, words: str) -> HeldFor | None:
    """Why an aspiration has to wait for review; None when it appears at once."""
    return _held_for(person, words, module_options(MODULE).review_aspirations)


def held_for_comment(person: User, words: str) -> HeldFor | None:
    """Why a comment has to wait for review; None when it appears at once."""
    return _held_for(person, words, module_options(MODULE).review_comments)


def _held_for(person: User | Guest, words: str, reviewed: str) -> HeldFor | None:
    if watched(words):
        return HeldFor.WORDS
    trust = trust_of(person)
    if trust < REVIEWED_BELOW[reviewed]:
        return HeldFor.AUTHOR
    if trust < Trust.TRUSTED and LINK.search(words):
        return HeldFor.LINKS
    return None


def watched(words: str) -> bool:
    """Whether one of the city's watched words is in it, as a whole word, whatever its case, accents and dressing."""
    wanted = [found for found in (_bare(word) for word in module_options(MODULE).watched_words) if found]
    said = f" {_bare(words)} "
    return any(f" {word} " in said for word in wanted)


def _bare(words: str) -> str:
    """Letters and digits alone, small, without accents and without letters drawn out ("boooodoh")."""
    flat = unicodedata.normalize("NFKD", words.casefold())
    kept = "".join(letter for letter in flat if not unicodedata.combining(letter))
    spaced = re.sub(r"[^\w]+|_", " ", kept)
    return re.sub(r"(\w)\1{2,}", r"\1", spaced).strip()
