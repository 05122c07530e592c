"""Who calls the API, for the resolvers of every module that takes cases."""

from __future__ import annotations

from typing import Any

from balai.accounts.models import User
from balai.agencies.queries import Standing, standing_of
from balai.attachments.queries import signed_in
from balai.casework import guests, queries
from balai.casework.errors import CaseNotFound
from balai.casework.guests import Guest
from balai.casework.models import Case
from balai.casework.queries import View
from balai.casework.visitors import CODE_HEADER, guest_of
from balai.graphql import SignInRequired


def person(info: Any) -> User:
    """The signed-in caller. Raises SignInRequired."""
    user = signed_in(info.context.user)
    if user is None:
        raise SignInRequired
    return user


def caller(info: Any) -> User | Guest:
    """The signed-in caller, else the guest with the codes of the request."""
    found: User | Guest = info.context.once(
        "caller", lambda: signed_in(info.context.user) or guest_of(info.context.request)
    )
    return found


def standing(info: Any) -> Standing:
    """What the caller's posts allow; read once per request."""
    found: Standing = info.context.once("standing", lambda: standing_of(info.context.user))
    return found


def view_for(info: Any, case: Case) -> View:
    """How the caller stands to the case."""
    return queries.view_of(case, caller(info), standing=standing(info))


def case_for(info: Any, number: str, module: str) -> Case:
    """The case, if the caller may see it. A tracking code that came with the request and does not open the case counts
    as a guess. Raises CaseNotFound, TooManyCodes."""
    who = caller(info)
    guesser = who if isinstance(who, Guest) and info.context.request.headers.get(CODE_HEADER) else None
    if guesser is not None:
        guests.check_codes(guesser)
    try:
        case = queries.case_for(who, number, standing=standing(info), module=module)
    except CaseNotFound:
        if guesser is not None:
            guests.count_wrong_code(guesser)
        raise
    if guesser is not None and not view_for(info, case).is_reporter:
        guests.count_wrong_code(guesser)
    return case


def reporting_case(info: Any, number: str, module: str) -> tuple[Case, User | Guest]:
    """The case and the caller, for what its reporter or its staff do. A guest without its code has to sign in."""
    case, who = case_for(info, number, module), caller(info)
    if isinstance(who, Guest) and not view_for(info, case).is_reporter:
        raise SignInRequired
    return case, who
