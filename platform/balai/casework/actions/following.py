"""Following a case or an area, and telling those who do. What they hear is what everyone may read."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.casework import notices
from balai.casework.errors import NotAllowed
from balai.casework.models import AreaSubscription, Case, Category, Follow, Kind, Reading, TimelineEntry
from balai.casework.queries import with_relations
from balai.casework.routing import areas_around
from balai.casework.wording import name_of_case, title_of_event
from balai.geography import queries as geography
from balai.geography.models import Area
from balai.notifications.actions import notify_each
from balai.notifications.models import Message
from tenants.modules import is_active

MAX_FOLLOWS = 200
MAX_SUBSCRIPTIONS = 20
FOLLOWERS = "followers"
"""Name of the sweep that tells the followers."""
ENTRIES = 300
OVERLAP = 50
"""So many entries a sweep reads again: an entry gets its number before its transaction ends."""
NOTICES = 500
"""So many notices a sweep writes at most; the next one goes on where it stopped."""
MEMORY = datetime.timedelta(days=7)
"""What happened longer ago, by its own time, is no news even when it is entered now."""
ENDS = (
    *(Kind.FINISHED, Kind.APPROVED, Kind.NOT_OURS, Kind.ARCHIVED),
    *(Kind.PLANNED, Kind.DECLINED, Kind.CONCLUDED, Kind.REJECTED),
)
OF_A_CASE = (*ENDS, Kind.ACCEPTED, Kind.REPLY, Kind.POSTPONED, Kind.REOPENED, Kind.ANSWERED, Kind.UPDATED)
TOLD = (Kind.RECEIVED, *OF_A_CASE)


def follow(*, case: Case, user: User) -> None:
    """The person hears of what happens to the case. Doing so twice changes nothing.

    Raises NotAllowed for a case that not everyone may see, for its own reporter, and past MAX_FOLLOWS.
    """
    if not case.is_shown_to_all:
        raise NotAllowed(_("This cannot be followed."))
    if case.reporter_id == user.pk:
        raise NotAllowed(
            _("This is your own %(noun)s: you are told of it anyway.") % {"noun": name_of_case(case.module)}
        )
    if Follow.objects.filter(user=user).count() >= MAX_FOLLOWS:
        raise NotAllowed(_("You follow very many already. Stop following some of them first."))
    Follow.objects.get_or_create(user=user, case=case)


def unfollow(*, case: Case, user: User) -> None:
    """The person hears no more of the case."""
    Follow.objects.filter(user=user, case=case).delete()


@transaction.atomic
def subscribe(*, user: User, module: str, area: str, category: str = "") -> AreaSubscription:
    """The person hears of new and finished cases of an area (its code), in one category (slug) or in any.

    Raises ValidationError (area, category).
    """
    place = Area.objects.active().without_shapes().filter(code=area).first()
    if place is None:
        raise _wrong("area", _("Choose an area of this city."))
    kind = Category.objects.filter(module=module, slug=category, active=True).first() if category else None
    if category and kind is None:
        raise _wrong("category", _("There is no such category (any more). Choose another."))
    # Locked, so that two sent at once do not pass the limit together.
    own = list(AreaSubscription.objects.select_for_update().filter(user=user, module=module))
    for earlier in own:
        if (earlier.area_id, earlier.category_id) == (place.pk, kind.pk if kind else None):
            return earlier
    if len(own) >= MAX_SUBSCRIPTIONS:
        text = _("You have %(count)d subscriptions; no more are possible. End one of them first.")
        raise _wrong("area", text % {"count": len(own)})
    return AreaSubscription.objects.get_or_create(user=user, module=module, area=place, category=kind)[0]


def unsubscribe(*, user: User, subscription_id: int) -> None:
    """Ends one of the person's subscriptions; one that is not theirs stays."""
    AreaSubscription.objects.filter(user=user, pk=subscription_id).delete()


def _wrong(field: str, message: str) -> ValidationError:
    return ValidationError({field: [ValidationError(message, code="unknown")]})


# -- telling ---------------------------------------------------------------------------------------------------------


def tell_followers() -> int:
    """Writes the notices of what was entered into the timelines since the last sweep; returns how many.

    Found again from the timelines: a sweep that is killed, or run twice, loses and doubles nothing.
    """
    with transaction.atomic():
        newest = TimelineEntry.objects.aggregate(newest=Max("pk"))["newest"] or 0
        # The first time nothing is told: what lies in the past is no news.
        Reading.objects.get_or_create(name=FOLLOWERS, defaults={"entry_id": newest})
        reading = Reading.objects.select_for_update().get(name=FOLLOWERS)
        entries = TimelineEntry.objects.filter(pk__gt=reading.entry_id - OVERLAP).order_by("pk")
        sent, reached = 0, reading.entry_id
        for entry in entries.only("pk", "case_id", "kind", "public", "actor_id", "at")[: ENTRIES + OVERLAP]:
            if entry.public and entry.kind in TOLD and entry.at >= reading.at - MEMORY:
                wrote, whole = _tell(entry, NOTICES - sent)
                sent += wrote
                if not whole:
                    break
            reached = max(reached, entry.pk)
        reading.entry_id, reading.at = reached, timezone.now()
        reading.save(update_fields=["entry_id", "at"])
        return sent


def _tell(entry: TimelineEntry, most: int) -> tuple[int, bool]:
    """Tells at most so many people of an entry who were not told yet; how many, and whether those were all."""
    cases = Case.objects.filter(pk=entry.case_id).select_related("category__parent__parent")
    case = with_relations(cases).first()
    if case is None or not case.is_shown_to_all or case.merged_into_id is not None or not is_active(case.module):
        return 0, True
    templates = _to_tell(case, entry)
    if not templates:
        return 0, True
    key = f"follow:{entry.pk}"
    done = set(Message.objects.filter(dedupe_key__startswith=f"{key}:").values_list("dedupe_key", flat=True))
    waiting = sorted(pk for pk in templates if f"{key}:{pk}" not in done)
    if not waiting:
        return 0, True
    people = User.objects.filter(pk__in=waiting[:most], is_active=True).order_by("pk")
    by_template: dict[str, list[User]] = {}
    for person in people:
        by_template.setdefault(templates[person.pk], []).append(person)
    for template, readers in by_template.items():
        notify_each(
            template=template,
            to=readers,
            context={
                "noun": name_of_case(case.module),
                "number": case.number,
                "category": case.category.name,
                "place": case.village.name if case.village else "",
                "event": title_of_event(case.module, entry.kind),
                "settings_path": notices.subscriptions_path(case.module),
            },
            dedupe_key=key,
            kind="following",
            about=notices.about(case),
            path=notices.case_path(case),
        )
    return sum(len(readers) for readers in by_template.values()), len(waiting) <= most


def _to_tell(case: Case, entry: TimelineEntry) -> dict[int, str]:
    """Who is told of an entry (ids), and by which template: neither the reporter nor the one who did it."""
    templates: dict[int, str] = {}
    if entry.kind == Kind.RECEIVED or entry.kind in ENDS:
        template = "casework/area_new" if entry.kind == Kind.RECEIVED else "casework/area_end"
        templates |= dict.fromkeys(_subscribers(case, entry.at), template)
    if entry.kind in OF_A_CASE:
        followers = Follow.objects.filter(case=case, since__lte=entry.at).values_list("user_id", flat=True)
        templates |= dict.fromkeys(followers, "casework/followed")
    for person in (case.reporter_id, entry.actor_id):
        templates.pop(person or 0, None)
    return templates


def _subscribers(case: Case, at: datetime.datetime) -> list[int]:
    village = geography.area_by_code(case.village.code) if case.village else None
    areas = [area.id for area in areas_around(village)]
    # Where nobody knows the kelurahan, it is news for those who follow the whole city.
    whole_city = Q(area__in=areas) if areas else Q(area__parent=None)
    category: Category | None = case.category
    kinds = Q(category=None)
    while category is not None:
        kinds |= Q(category=category.pk)
        category = category.parent
    found = AreaSubscription.objects.filter(whole_city, kinds, module=case.module, since__lte=at)
    return list(found.order_by().values_list("user_id", flat=True).distinct())
