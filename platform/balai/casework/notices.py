"""Who is told what about a case. Each notice is a row of the outbox in the caller's transaction, once per person."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from balai.accounts.models import User
from balai.agencies.models import Role
from balai.agencies.queries import desk_of, instead_of_absent, people, with_stand_in
from balai.casework.models import Case, Contact, Supporter, TimelineEntry, Visibility
from balai.casework.wording import name_of_case
from balai.modules import Text
from balai.notifications.actions import Notice, notify, notify_all
from balai.notifications.models import Channel


def case_path(case: Case) -> str:
    """The case's page in the portal, named `case` in every module; of one that has no pages (yet), the city's home."""
    return _first_of(f"{case.module}:case", "home", number=case.number)


def task_path(case: Case) -> str:
    """The officer's page of the case, named `task` in every module that has officers; else the case's own."""
    return _first_of(f"{case.module}:task", f"{case.module}:case", "home", number=case.number)


def desk_path(case: Case) -> str:
    """The case at the operators' desk in the back office (`<module>.reports:report`); without one, its public page."""
    return _first_of(f"{case.module}.reports:report", f"{case.module}:case", "home", number=case.number)


def tasks_path(module: str) -> str:
    """The officer's list of tasks, named `tasks` in every module that has officers."""
    return _first_of(f"{module}:tasks", "home")


def desk_list_path(module: str) -> str:
    """The operators' inbox in the back office (`<module>.reports:index`); without one, the public list."""
    return _first_of(f"{module}.reports:index", f"{module}:reports", "home")


def subscriptions_path(module: str) -> str:
    """The page on which one ends a subscription, named `subscriptions` in every module."""
    return _first_of(f"{module}:subscriptions", "home")


def _first_of(*names: str, number: str = "") -> str:
    """The address of the first of these pages that the city has; `home` is everywhere."""
    for name in names:
        try:
            args = [number] if number and name != "home" else []
            return reverse(name, args=args, urlconf=settings.ROOT_URLCONF)
        except NoReverseMatch:
            continue
    raise NoReverseMatch(names[-1])


def tell_arrival(case: Case, entry: TimelineEntry) -> None:
    """The receipt to the reporter, or to a resident for whom staff entered the case, and the news to the desk."""
    receipt = _notice(case, "received", entry, _reporter(case), case_path(case), "reports")
    notify_all([receipt, _to_desk(case, "arrived", entry)])
    _tell_contact(case, "received", entry)


def tell_reporter(case: Case, what: str, entry: TimelineEntry) -> None:
    """Writes to the reporter, to those who joined the case and to a resident for whom staff entered it, and to the
    same people of the cases that were joined to it, each about their own report."""
    _send(case, what, entry, [*_reporter(case), *supporters_of(case)], case_path(case), "reports")
    _tell_contact(case, what, entry)
    if case.weight > 1:
        joined = Case.objects.filter(merged_into=case.pk).select_related("category", "agency")
        told = {case.reporter_id, *(person.pk for person in supporters_of(case))}
        for other in joined.defer("words").order_by("pk"):
            people = [*_person(other.reporter_id), *supporters_of(other)]
            news = [person for person in people if person.pk not in told]
            told |= {person.pk for person in news}
            _send(other, what, entry, news, case_path(other), "reports", said_of=case)


def tell_officer(case: Case, what: str, entry: TimelineEntry) -> None:
    """Writes to the officer the case is given to: `what` is assigned or message."""
    _send(case, what, entry, _staff(case, with_stand_in(_person(case.assignee_id))), task_path(case), "tasks")


def tell_desk(case: Case, what: str, entry: TimelineEntry) -> None:
    """Writes to whoever distributes the agency's work: `what` is arrived, message or rated."""
    notify_all([_to_desk(case, what, entry)])


def _to_desk(case: Case, what: str, entry: TimelineEntry) -> Notice:
    return _notice(case, what, entry, _staff(case, desk_of(case.agency)), desk_path(case), "desk")


def tell_leader(case: Case, what: str, entry: TimelineEntry, role: Role) -> None:
    """Writes to whoever holds a city-wide post of this role, or to their deputies."""
    _send(case, what, entry, _staff(case, people(roles=[role], agency=None)), desk_path(case), "desk")


def supporters_of(case: Case) -> list[User]:
    """The people with an account who joined the case; none is asked for where nobody joined."""
    if case.weight <= 1:
        return []
    joined = Supporter.objects.filter(case=case, user__isnull=False).values("user_id")
    return list(User.objects.filter(pk__in=joined, is_active=True).order_by("pk"))


def _reporter(case: Case) -> Iterable[User]:
    """The reporter, who is at hand when the case has just been sent."""
    if "reporter" in case._state.fields_cache:
        return [case.reporter] if case.reporter is not None else []
    return _person(case.reporter_id)


def _person(user_id: int | None) -> QuerySet[User]:
    """The person, or nobody where the account is gone."""
    return User.objects.filter(pk=user_id, is_active=True) if user_id is not None else User.objects.none()


def _staff(case: Case, people: Iterable[User]) -> list[User]:
    """The people, or the deputies of those who are away."""
    return instead_of_absent(people, case.agency)


def about(case: Case) -> str:
    """What a message about the case is filed under."""
    return f"case:{case.number}"


def _send(
    case: Case,
    what: str,
    entry: TimelineEntry,
    people: Iterable[User],
    path: str,
    kind: str,
    said_of: Case | None = None,
) -> None:
    notify_all([_notice(case, what, entry, people, path, kind, said_of)])


def _notice(
    case: Case,
    what: str,
    entry: TimelineEntry,
    people: Iterable[User],
    path: str,
    kind: str,
    said_of: Case | None = None,
) -> Notice:
    """Tells the people of the case what the entry says, which may be one of a case that it was joined to."""
    source, receipt = said_of or case, what == "received"
    return Notice(
        template=f"casework/{what}",
        # Nobody is told what they did themselves, but for the receipt.
        to=[person for person in people if receipt or person.pk != entry.actor_id],
        context=_context(case, source, entry),
        dedupe_key=f"case:{source.number}:{entry.sequence}:{what}",
        kind=kind,
        about=about(case),
        path=path,
        # Whoever reports in the evening waits for the receipt.
        urgent=receipt,
    )


def _tell_contact(case: Case, what: str, entry: TimelineEntry) -> None:
    if case.entered_by_id is not None and (contact := Contact.objects.filter(case=case).first()) is not None:
        _send_to_contact(case, what, entry, contact)


def _send_to_contact(case: Case, what: str, entry: TimelineEntry, contact: Contact) -> None:
    """By mail, else by SMS; by neither where the resident left neither."""
    channel, address = (Channel.MAIL, contact.email) if contact.email else (Channel.SMS, contact.phone)
    if address:
        notify(
            address=address,
            channel=channel,
            template=f"casework/{what}",
            context=_context(case, case, entry),
            dedupe_key=f"case:{case.number}:{entry.sequence}:{what}:contact",
        )


def _context(case: Case, source: Case, entry: TimelineEntry) -> dict[str, Text]:
    return {
        "noun": name_of_case(case.module),
        "number": case.number,
        "category": case.category.name,
        "agency": source.agency.name if source.agency else "",
        # A secret case's words stay in the city's own pages.
        "words": "" if Visibility.SECRET in (case.visibility, source.visibility) else entry.words,
    }
