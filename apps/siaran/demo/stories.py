"""The stories that the reports of a demo city tell: most end well, some late, some at the mayor's desk."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.siaran.demo import words
from apps.siaran.demo.assets import asset_of
from apps.siaran.demo.places import CATEGORIES, RESIDENTS, SCENES
from apps.siaran.demo.settings import settle
from balai.accounts.models import User
from balai.agencies.models import Agency
from balai.attachments.actions import store_photo
from balai.attachments.queries import Sender
from balai.casework import actions, ladder
from balai.casework.actions.splitting import Order
from balai.casework.demo.history import History, standing_at
from balai.casework.demo.people import residents, staff
from balai.casework.demo.scenes import picture
from balai.casework.guests import Guest
from balai.casework.intake import submit_case
from balai.casework.models import Case, Channel, Institution, Rung, Verdict, Visibility
from balai.casework.queries import options_of
from balai.geography.models import Area
from tenants.models import City

REPORTS = 220
DAYS = 120
SHOWN = 90
"""How many of the newest reports have photos; drawing them takes most of the time."""

# What becomes of a report: a story and how often it happens. `fresh` and `ignored` are told of the last days only.
OLD = {
    "well": 60,
    "slowly": 14,
    "asked": 6,
    "not_ours": 4,
    "archived": 3,
    "handed_over": 4,
    "contested": 3,
    "twice": 4,
    "split": 4,
    "answered_above": 6,
}
NEW = {
    **{"well": 26, "fresh": 9, "seen": 5, "at_work": 12, "ignored": 20, "questioned": 4, "postponed": 4},
    **{"finished": 5, "handed_over": 3, "doubted": 4, "not_ours": 2, "twice": 3, "split": 4},
}
NEW_DAYS = 18
CHOSEN = {
    **{34: "postponed", 32: "doubted", 29: "doubted", 26: "doubted", 24: "split", 21: "questioned", 19: "finished"},
    **{
        20: "ignored",
        18: "ignored",
        16: "ignored",
        12: "ignored",
        10: "ignored",
        17: "twice",
        15: "questioned",
        13: "at_work",
        11: "finished",
        9: "seen",
        6: "at_work",
        3: "fresh",
    },
}
"""So many reports before the newest one the dice have no say: every state is to be seen."""

Step = tuple[float, str]
"""Hours after the step before, and what happens then (a method of Story)."""


def live_through(city: City, dice: random.Random) -> None:
    """The whole history up to now."""
    villages = list(Area.objects.filter(level="village", active=True).order_by("code"))
    if not villages:
        return
    now = timezone.now().replace(second=0, microsecond=0)
    history = History(now - timedelta(days=DAYS + 1), now)
    with standing_at(history.now):
        settle(city)
    people, known = residents(city, RESIDENTS), dict[tuple[str, str], User]()
    for index in range(REPORTS):
        # More and more people report; the newest came in this morning.
        age = timedelta(days=DAYS * (1 - (index + 1) / REPORTS) ** 1.25, hours=dice.uniform(0.3, 6))
        kinds = NEW if age < timedelta(days=NEW_DAYS) else OLD
        kind = dice.choices(list(kinds), weights=list(kinds.values()))[0]
        kind = CHOSEN.get(REPORTS - index, kind)
        reporter, neighbour = people[index % len(people)], people[(index + 1) % len(people)]
        story = Story(city, dice, reporter, neighbour, dice.choice(villages), index, kind, known)
        history.plan(now - age, lambda story=story: story.begin(history))  # type: ignore[misc]
    history.run()


@dataclass
class Story:
    """One report and what is to become of it."""

    city: City
    dice: random.Random
    reporter: User
    neighbour: User
    village: Area
    index: int
    kind: str
    known: dict[tuple[str, str], User]
    """The staff by role and agency, for all stories of a city."""
    case: Case | None = None

    def begin(self, history: History) -> None:
        """The resident reports; the rest of the story is planned from there."""
        self.category, self.scene = self.dice.choice([(slug, SCENES[slug]) for slug, *_rest in CATEGORIES])
        if not self._report():
            return
        moment = history.now
        for hours, name in self._plot():
            moment += timedelta(hours=hours)
            history.plan(moment, getattr(self, name))

    def _plot(self) -> Iterator[Step]:
        """The steps of this kind of story."""
        hours = self.dice.uniform
        work: list[Step] = [(hours(0.5, 6), "assign"), (hours(0.5, 10), "accept"), (hours(0.3, 5), "set_out")]
        work += [(hours(0.2, 1), "start"), (hours(1, 20), "finish"), (hours(1, 6), "check"), (hours(2, 40), "rate")]
        seen: Step = (hours(0.2, 5), "verify")
        match self.kind:
            case "well":
                yield from (seen, *work)
            case "contested":
                yield from (seen, *work[:-1], (hours(12, 60), "contest"), *work[1:])
            case "doubted":
                yield from (seen, *work[:-1], (hours(3, 12), "contest"))
            case "twice":
                yield from ((hours(5, 30), "report_again"), *work)
            case "split":
                yield from (seen, (hours(1, 12), "split"))
            case "slowly":
                yield from (seen, (hours(75, 170), "assign"), *work[1:])
            case "asked":
                yield from (seen, (hours(1, 6), "ask"), (hours(4, 70), "answer"), *work)
            case "questioned":
                yield from (seen, (hours(1, 6), "ask"))
            case "not_ours":
                yield from (seen, (hours(2, 30), "refer"))
            case "archived":
                yield from (seen, (hours(10, 60), "archive"))
            case "handed_over":
                yield from (seen, (hours(1, 20), "hand_over"), *work)
            case "answered_above":
                # Nobody answers until the case has climbed; then it is done at once.
                yield from ((hours(190, 300), "acknowledge"), (hours(2, 20), "assign"), *work[1:])
            case "at_work":
                yield from (seen, *work[: self.dice.randint(1, 4)])
            case "finished":
                yield from (seen, *work[:5])
            case "postponed":
                yield from (seen, (hours(4, 20), "postpone"))
            case "seen":
                yield seen

    # -- what happens --------------------------------------------------------------------------------------------------
    def _report(self) -> bool:
        text, landmark = self.dice.choice(words.WORDS[self.category])
        text = f"{text} {self.dice.choice(words.TAILS)}".strip()
        place: dict[str, Any] = {"village": self.village.code, "landmark": f"{landmark}, {self.village.name}"}
        if self.index % 8:
            spread = self.dice.gauss
            place |= {"lat": self.village.lat + spread(0, 0.0016), "lon": self.village.lon + spread(0, 0.0016)}
        asset = asset_of(self.category, self.village) if self.index % 3 == 1 else ""
        if asset:
            place = {}  # the register knows where it stands
        guest = Guest(session_key=f"demo-{self.index}", bucket=f"demo-{self.index}")
        visibility = {4: Visibility.ANONYMOUS, 8: Visibility.SECRET}.get(self.index % 20, Visibility.PUBLIC)
        if self.kind == "twice":
            visibility = Visibility.PUBLIC  # nobody could follow what they were joined to
        try:
            self.case = submit_case(
                module="siaran",
                reporter=guest if self.by_guest else self.reporter,
                category=self.category,
                description=text,
                place=place,
                photo_ids=self._photo(self.reporter) if self.shown and self.index % 6 and not self.by_guest else [],
                visibility=visibility,
                channel=self.dice.choices([Channel.APP, Channel.WEB, Channel.WHATSAPP], weights=[5, 3, 2])[0],
                asset=asset,
            ).case
        except ValidationError:
            return False  # the dice put it across the border of the city
        return True

    def _photo(self, owner: User, *, mended: bool = False) -> list[UUID]:
        file = picture(self.scene, self.index, mended=mended, width=960 if self.shown else 240)
        return [store_photo(file, owner=Sender(owner)).pk]

    @property
    def shown(self) -> bool:
        """Whether it is among the newest, which people look at."""
        return self.index >= REPORTS - SHOWN

    @property
    def by_guest(self) -> bool:
        """Whether it is sent without an account; such a reporter has nothing more to say in the demo."""
        return self.index % 10 == 7 and self.kind not in ("asked", "questioned", "contested", "doubted")

    @property
    def now(self) -> Case:
        """The case as this story last left it; the actions look at the row itself."""
        assert self.case is not None
        return self.case

    def _staff(self, role: str) -> User:
        agency = self.now.agency
        assert agency is not None
        if (role, agency.slug) not in self.known:
            self.known[role, agency.slug] = staff(self.city, role, agency.slug)
        return self.known[role, agency.slug]

    def verify(self) -> None:
        case = self.now
        actions.mark_read(case=case)
        self.case = actions.verify(case=case, actor=self._staff("operator"))

    def assign(self) -> None:
        case = self.now
        officer = self._staff("officer")
        if case.assignee_id != officer.pk:
            self.case = actions.assign(
                case=case, officer=officer, actor=self._staff("operator"), instead_of=case.assignee_id
            )

    def accept(self) -> None:
        self.case = actions.accept(case=self.now, actor=self._staff("officer"))

    def set_out(self) -> None:
        self.case = actions.on_the_way(case=self.now, actor=self._staff("officer"))

    def start(self) -> None:
        officer = self._staff("officer")
        self.case = actions.start(case=self.now, actor=officer)
        if self.index % 4 == 0:
            self.case = actions.reply(case=self.now, actor=officer, words=self.dice.choice(words.REPLIES))
        if self.index % 11 == 0:
            self.case = actions.add_note(case=self.now, actor=officer, words=self.dice.choice(words.NOTES))

    def finish(self) -> None:
        officer = self._staff("officer")
        self.case = actions.finish(
            case=self.now,
            actor=officer,
            words=words.FINISHED[self.scene],
            photo_ids=self._photo(officer, mended=True),
        )

    def check(self) -> None:
        """Where the city checks results, nearly all are good the first time."""
        if options_of("siaran").check_results:
            self.case = actions.approve(case=self.now, actor=self._staff("operator"))

    def rate(self) -> None:
        if self.index % 3 != 1 and not self.by_guest:
            stars, praise = self.dice.choice(words.PRAISE)
            verdict = Verdict.SOLVED if stars > 3 else Verdict.HALF
            self.case = actions.rate(case=self.now, actor=self.reporter, rating=stars, words=praise, verdict=verdict)

    def contest(self) -> None:
        """The resident says that it is not solved, which opens the report again."""
        complaint = self.dice.choice(words.NOT_SOLVED)
        self.case = actions.rate(
            case=self.now, actor=self.reporter, rating=1, words=complaint, verdict=Verdict.NOT_SOLVED
        )

    def report_again(self) -> None:
        """A neighbour reports the same, and the operator joins the two."""
        first, neighbour = self.now, self.neighbour
        place: dict[str, Any] = {"village": self.village.code, "landmark": first.landmark or self.village.name}
        if first.lat is not None:
            place |= {"lat": first.lat, "lon": first.lon}
        second = submit_case(
            module="siaran",
            reporter=neighbour,
            category=self.category,
            description=f"Saya juga mau melaporkan hal yang sama. {first.description}",
            place=place,
            channel=Channel.WHATSAPP,
        ).case
        actions.merge(case=second, into=first, actor=self._staff("operator"), reason="Laporan yang sama.")

    def split(self) -> None:
        """Two agencies have work here; the first one's task is done."""
        case, operator = self.now, self._staff("operator")
        other = Agency.objects.exclude(cases=case).order_by("order")[self.index % 3]
        assert case.agency is not None
        orders = [Order(case.agency, words.TASKS[0]), Order(other, words.TASKS[1])]
        task = actions.split(case=case, orders=orders, actor=operator)[0]
        officer = staff(self.city, "officer", case.agency.slug)
        task = actions.accept(case=task, actor=officer)
        done = words.FINISHED[self.scene]
        actions.finish(case=task, actor=officer, words=done, photo_ids=self._photo(officer, mended=True))

    def ask(self) -> None:
        self.question = self.dice.choice(words.QUESTIONS)
        self.case = actions.ask(case=self.now, actor=self._staff("operator"), words=self.question[0])

    def answer(self) -> None:
        self.case = actions.send_message(case=self.now, actor=self.reporter, words=self.question[1])

    def refer(self) -> None:
        name, reason = self.dice.choice(words.NOT_OURS)
        whose = Institution.objects.get(name=name)
        self.case = actions.not_ours(case=self.now, actor=self._staff("operator"), reason=reason, institution=whose)

    def archive(self) -> None:
        self.case = actions.archive(
            case=self.now, actor=self._staff("operator"), reason=self.dice.choice(words.ARCHIVED)
        )

    def postpone(self) -> None:
        until = timezone.localdate() + timedelta(days=self.dice.randint(7, 30))
        reason = self.dice.choice(words.POSTPONED)
        self.case = actions.postpone(case=self.now, actor=self._staff("operator"), reason=reason, until=until)

    def hand_over(self) -> None:
        case = self.now
        other = Agency.objects.exclude(cases=case).order_by("order")[self.index % 3]
        reason = self.dice.choice(words.HANDED_OVER)
        self.case = actions.forward(case=case, agency=other, actor=self._staff("operator"), reason=reason)
        self.verify()

    def acknowledge(self) -> None:
        """Whoever the case has climbed to says that it was seen."""
        case = Case.objects.defer("words").get(pk=self.now.pk)
        role = {Rung.HEAD: "head", Rung.SEKDA: "sekda", Rung.MAYOR: "mayor"}.get(Rung(case.rung))
        if role is not None and case.late_since is not None:
            actor = self._staff("head") if role == "head" else staff(self.city, role)
            ladder.acknowledge(case=case, actor=actor)
