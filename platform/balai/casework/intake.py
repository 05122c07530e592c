"""Taking in a new case: the action that every module's form and every channel ends in."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.assets.models import Asset
from balai.attachments.models import Attachment
from balai.casework import again, clocks, duplicates, guests, notices, numbers, queries, questions, routing, tracking
from balai.casework.actions.moving import sent_documents, sent_photos, wrong
from balai.casework.categories import category_for_case
from balai.casework.errors import LikelyDuplicate
from balai.casework.guests import Guest
from balai.casework.models import Case, Category, Channel, Classification, Contact, Kind, Visibility
from balai.casework.places import Place, asset_of, place_of
from balai.casework.questions import MAX_ANSWERS, Answers, HardStop
from balai.casework.wording import MIN_WORDS, checked
from balai.casework.writing import REPORTER, SYSTEM, Draft, link, write
from tenants.statements import Given, Statement

MAX_PER_HOUR = 10
MAX_PER_DAY = 30
NUMBER_TRIES = 5
RECENT = Statement(
    lambda: (
        Case.objects.filter(reporter=Given("reporter"), received_at__gt=Given("since"))
        .order_by("-received_at")
        .values_list("received_at")[:MAX_PER_DAY]
    )
)
"""When somebody's reports since then came, the latest first."""


@dataclass(frozen=True, slots=True)
class Received:
    """A case that was taken in; `created` is False when the same report had been sent before.

    `code` is the tracking code of a case without an account; it is told now and never again.
    """

    case: Case
    created: bool
    code: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What somebody sends: see submit_case."""

    module: str
    reporter: User | Guest
    category: str
    description: str
    place: Mapping[str, Any]
    photo_ids: Sequence[UUID] = ()
    asset: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    visibility: str = ""
    hide_name: bool = False
    classification: str = ""
    channel: str = Channel.WEB
    idempotency_key: str = ""
    min_photos: int = 0
    earlier: str = ""
    clerk: User | None = None
    document_ids: Sequence[UUID] = ()
    to_room: bool = False
    place_needed: bool = True

    @property
    def sender(self) -> User | Guest:
        """Whose uploads the photos are."""
        return self.clerk or self.reporter

    @property
    def key(self) -> str:
        """What is stored to know the report again. A guest is nobody, so theirs is made of the report too: the same key
        under other words is another report, and nobody gets a stranger's by an app's bad key."""
        if not self.idempotency_key or isinstance(self.reporter, User):
            return self.idempotency_key
        place = sorted((name, str(value)) for name, value in self.place.items())
        said = repr((self.idempotency_key, self.module, self.category, self.description, place))
        return salted_hmac("balai.casework.intake.key", said, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class _Checked:
    category: Category
    description: str
    place: Place
    photos: list[Attachment]
    documents: list[Attachment]
    asset: Asset | None
    answers: Answers
    visibility: str
    classification: str
    earlier: Case | None


def submit_case(*, unless_reported: bool = False, contact: Contact | None = None, **fields: Any) -> Received:
    """Takes in a report: checks it, finds the agency, writes the case with its timeline and tells whom it concerns.

    `fields` are those of Sent: `module`, `reporter` (a User, or a Guest, who then gets a tracking code), `category` (a
    slug), `description`, `place` (the arguments of places.place_of), `photo_ids` (waiting uploads of the reporter, or
    of the `clerk` who enters it for somebody), `asset` (the code on the thing that it is about; it also says where it
    is, if nothing else does), `answers` ({slug of a question: text}), `visibility` (empty: the category's),
    `hide_name`, `classification` (empty: the category's), `channel`, `idempotency_key`, `min_photos`,
    `earlier` (the number of a closed case that this one comes after; see balai.casework.again), `document_ids`
    (waiting PDFs), `to_room` (no agency gets it before the command room has disposed it), `place_needed`. The same
    `idempotency_key` from the same reporter makes one case, however often and however concurrently it is sent. With
    `unless_reported`, a report that is probably one of the open ones is not taken in.

    Raises ValidationError with every mistake by field: description, category, place, village, landmark, photos,
    visibility, classification, asset, documents, earlier, answers.<slug>; OutsideCity and HardStop where that is the
    only one;
    LikelyDuplicate.
    """
    sent = Sent(**fields)
    try:
        _check_rate(sent)
        content = _check(sent)
    except ValidationError:
        # Sent before: that report counts for the rate and has the photos by now.
        if (before := _received_before(sent)) is not None:
            return before
        raise
    if unless_reported:
        rows = duplicates.likely(content.category, content.place, content.description)
        if rows and (before := _received_before(sent)) is not None:
            return before
        if rows:
            raise LikelyDuplicate([row["id"] for row in rows])
    code = _code(sent)
    for _attempt in range(NUMBER_TRIES):
        try:
            with transaction.atomic():
                case = _write(sent, content, code, contact)
        except IntegrityError as error:
            violated = str(getattr(getattr(error.__cause__, "diag", None), "constraint_name", ""))
            # A guest's key and code belong together, so either may be met first.
            if (
                violated.startswith(("case_sent_once", "case_access_digest_once"))
                and (before := _received_before(sent)) is not None
            ):
                return before
            if "number" not in violated:
                raise
        else:
            if isinstance(sent.reporter, Guest):
                guests.count_report(sent.reporter)
            return Received(case, created=True, code=code)
    raise RuntimeError("no free case number was drawn")


def mistakes(**fields: Any) -> dict[str, list[ValidationError]]:
    """What `submit_case` would refuse, by field, without taking anything in."""
    try:
        _check(Sent(**fields))
    except ValidationError as error:
        return dict(error.error_dict)
    return {}


def received_before(**fields: Any) -> Received | None:
    """What became of the same report if it was sent before: for a form that is incomplete by then, because its photos
    belong to that report. `fields` are those of Sent; a guest's report is known by its key, category, words and place.
    """
    return _received_before(Sent(**fields))


def _received_before(sent: Sent) -> Received | None:
    if not sent.key:
        return None
    reporter = sent.reporter if isinstance(sent.reporter, User) else None
    cases = Case.objects.filter(reporter=reporter, idempotency_key=sent.key)
    case = queries.with_relations(cases).first()
    return Received(case, created=False, code=_code(sent)) if case is not None else None


def _code(sent: Sent) -> str:
    """The tracking code of somebody without an account: the same one when the same report is sent again."""
    if isinstance(sent.reporter, User):
        return ""
    return tracking.code_for(sent.key) if sent.key else tracking.new_code()


def _check_rate(sent: Sent) -> None:
    if sent.clerk is not None:
        return
    if isinstance(sent.reporter, Guest):
        guests.check_reports(sent.reporter)
        return
    now = timezone.now()
    recent = RECENT.rows(reporter=sent.reporter.pk, since=now - datetime.timedelta(days=1))
    this_hour = sum(at > now - datetime.timedelta(hours=1) for (at,) in recent)
    if this_hour >= MAX_PER_HOUR or len(recent) >= MAX_PER_DAY:
        message = _("You have sent many reports in a short time. Please send the next one later.")
        raise ValidationError({"__all__": [ValidationError(message, code="too_many_reports")]})


def _check(sent: Sent) -> _Checked:
    """Everything that a person may have got wrong, all at once; an emergency before all that."""
    errors: list[ValidationError] = []

    def tried(check: Any, *args: Any, default: Any = None, **options: Any) -> Any:
        try:
            return check(*args, **options)
        except HardStop:
            raise
        except ValidationError as error:
            errors.append(error)
            return default

    category = tried(_category, sent)
    answers = tried(_answers, category, sent.answers, default=Answers()) if category is not None else Answers()
    missing = _("Describe in a few words what is wrong.")
    description = tried(checked, sent.description, "description", minimum=MIN_WORDS, missing=missing)
    asset = tried(asset_of, sent.asset)
    place = tried(place_of, **sent.place, asset=asset, needed=sent.place_needed)
    photos = tried(sent_photos, sent.sender, sent.photo_ids, minimum=sent.min_photos, default=[])
    pictured = tried(_answered_photos, sent.sender, answers.photo_ids, default=[])
    documents = tried(sent_documents, sent.sender, sent.document_ids, default=[])
    earlier = tried(again.earlier_case, sent.earlier, sent.sender, sent.module)
    if sent.visibility and sent.visibility not in Visibility.values:
        errors.append(wrong("visibility", _("Choose who may see the report."), "unknown"))
    if sent.classification and sent.classification not in Classification.values:
        errors.append(wrong("classification", _("There is no such choice."), "unknown"))
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ValidationError({name: items for error in errors for name, items in error.error_dict.items()})
    visibility = sent.visibility or category.default_visibility
    if sent.hide_name and visibility == Visibility.PUBLIC:
        visibility = Visibility.ANONYMOUS
    classification = sent.classification or category.default_classification
    content = (category, description, place, [*photos, *pictured], documents, asset, answers)
    return _Checked(*content, visibility, classification, earlier)


def _category(sent: Sent) -> Category:
    category = category_for_case(sent.module, sent.category)
    if category is None:
        if not sent.category:
            raise wrong("category", _("Choose what it is about."), "missing")
        message = _("There is no such category (any more). Choose another.")
        raise wrong("category", message, "unknown_category")
    stop = next((item for item in routing.lineage(category) if item.stop_text), None)
    if stop is not None:
        raise HardStop("category", stop.stop_text, stop.stop_phone)
    return category


def _answers(category: Category, given: Mapping[str, str]) -> Answers:
    return questions.checked_answers(questions.asked(category), given)


def _answered_photos(sender: User | Guest, photo_ids: Sequence[UUID]) -> list[Attachment]:
    try:
        return sent_photos(sender, photo_ids, maximum=MAX_ANSWERS) if photo_ids else []
    except ValidationError as error:
        raise ValidationError({"answers": error.error_dict["photos"]}) from error


def _write(sent: Sent, content: _Checked, code: str, contact: Contact | None) -> Case:
    now = timezone.now()
    reporter = sent.reporter if isinstance(sent.reporter, User) else None
    place, severity = content.place, content.category.default_severity
    answers = content.answers.values
    if sent.to_room:
        route = routing.Route(None, None, {})
    else:
        route = routing.route(content.category, place.village, asset=content.asset, severity=severity, answers=answers)
    case = Case(
        number=numbers.new_number(queries.number_prefix()),
        module=sent.module,
        category=content.category,
        agency=route.agency,
        unit=route.unit,
        routed_because=route.because,
        reporter=reporter,
        entered_by=sent.clerk,
        access_digest=tracking.digest(code) if code else "",
        visibility=content.visibility,
        name_hidden=sent.hide_name or content.visibility == Visibility.ANONYMOUS,
        channel=sent.channel,
        description=content.description,
        answers=answers,
        answers_told=content.answers.told,
        lat=place.lat,
        lon=place.lon,
        place_source=place.source,
        village_id=place.village.id if place.village else None,
        landmark=place.landmark,
        created_at=now,
        received_at=now,
        photo_count=len(content.photos),
        cover=content.photos[0] if content.photos else None,
        idempotency_key=sent.key,
        classification=content.classification,
        severity=severity,
        asset=content.asset,
        earlier=content.earlier,
        cell=place.cell,
    )
    clocks.begin(case, now)
    entered = {"entered_by": sent.clerk.pk, "channel": sent.channel} if sent.clerk is not None else {}
    drafts = [
        # The words as they came: the case's own description may be corrected later.
        Draft(
            Kind.RECEIVED,
            now,
            REPORTER,
            actor=sent.sender,
            words=content.description,
            data=entered,
            photos=[*content.photos, *content.documents],
        ),
    ]
    if not sent.to_room:
        drafts.append(Draft(Kind.ROUTED, now, SYSTEM, data=route.because))
    entries = link(case, drafts)
    case.save(force_insert=True)
    if contact is not None:
        contact.case = case
        contact.save(force_insert=True)
    write(case, drafts, entries)
    notices.tell_arrival(case, entries[0])
    return case
