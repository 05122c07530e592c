"""The stories that the aspirations of a demo city tell, from the box to what became of them."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.laksa import actions
from apps.laksa.demo import talk
from apps.laksa.demo.city import settle
from apps.laksa.demo.papers import paper
from apps.laksa.demo.wish import Wish
from apps.laksa.demo.wishes_ended import ENDED
from apps.laksa.demo.wishes_running import RUNNING
from apps.laksa.models import Comment, CommentReport, CommentState, Rule
from apps.laksa.trust import Trust, trust_of
from balai.accounts.models import User
from balai.agencies.models import Agency
from balai.attachments.actions import store_document, store_photo
from balai.attachments.queries import Sender
from balai.casework import actions as casework
from balai.casework import ladder
from balai.casework.actions.following import follow
from balai.casework.actions.splitting import Order
from balai.casework.demo.history import History, standing_at
from balai.casework.demo.people import command_room, residents, staff
from balai.casework.demo.scenes import picture
from balai.casework.errors import CaseError
from balai.casework.models import Case, Institution, Verdict
from balai.geography.models import Area
from tenants.models import City

DAYS = 170
AUTHORS = 16
"""So many residents write, so that some of them become known; the others support and comment."""
PHOTO_WIDTH = 960

PLOTS: dict[str, tuple[tuple[float, str], ...]] = {
    "new": (),
    "seen": ((0.4, "verify"),),
    "changes": ((0.5, "ask"),),
    "disposed": ((0.3, "verify"), (0.2, "dispose")),
    "several": ((0.3, "verify"), (0.2, "dispose"), (1.5, "answer_task")),
    "answered": ((0.5, "verify"), (0.4, "dispose"), (3, "answer")),
    "concluded": ((0.5, "verify"), (0.4, "dispose"), (2, "answer"), (1, "conclude"), (1, "rate")),
    "answered_by_several": ((0.5, "verify"), (0.4, "dispose"), (2, "answer_task"), (2, "answer")),
    "planned": ((0.5, "verify"), (0.6, "dispose"), (2, "answer_task"), (1.5, "answer"), (20, "plan")),
    "declined": ((0.6, "verify"), (0.6, "dispose"), (2.5, "answer"), (9, "decline")),
    "fulfilled": (
        *((0.4, "verify"), (0.5, "dispose"), (2, "answer_task"), (1.5, "answer")),
        *((32, "fulfil"), (1, "approve"), (2, "rate")),
    ),
    "doubted": ((0.4, "verify"), (0.5, "dispose"), (3.5, "answer"), (32, "fulfil"), (1, "approve"), (3, "doubt")),
    "checking": ((0.4, "verify"), (0.4, "dispose"), (3, "answer"), (11, "fulfil")),
    "returned": ((0.4, "verify"), (0.4, "dispose"), (3, "answer"), (9, "fulfil"), (1, "send_back")),
    "postponed": ((0.4, "verify"), (0.4, "dispose"), (3, "answer"), (2, "postpone")),
    "mayor": ((0.4, "verify"), (0.4, "dispose"), (16.4, "acknowledge")),
    "secret_late": ((0.4, "verify"), (0.4, "dispose")),
    "not_ours": ((0.5, "verify"), (6, "refer")),
    "doubled": ((1, "join"),),
    "rejected": ((1.5, "reject"),),
    "rejected_hidden": ((0.3, "verify"), (1, "reject")),
    "appealed": ((1.5, "reject"), (3, "appeal")),
    "dismissed": ((1.5, "reject"), (3, "appeal"), (4, "dismiss")),
    "granted": ((1.5, "reject"), (3, "appeal"), (2, "grant"), (1, "dispose"), (6, "take_up")),
}
"""What happens in which plot: days after the step before, and a method of Story. A step may find nothing to do."""


def live_through(city: City, dice: random.Random) -> None:
    """The whole history up to now."""
    villages = list(Area.objects.filter(level="village", active=True).order_by("code"))
    if not villages:
        return
    now = timezone.now().replace(second=0, microsecond=0)
    history = History(now - timedelta(days=DAYS), now)
    with standing_at(history.now):
        settle(city)
    town = Town(city, dice, residents(city, talk.RESIDENTS), command_room(city), villages, now)
    wishes = sorted([*ENDED, *RUNNING], key=lambda wish: -wish.age)
    for index, wish in enumerate(wishes):
        story = Story(town, wish, index)
        history.plan(now - timedelta(days=wish.age), lambda story=story: story.begin(history))  # type: ignore[misc]
    history.run()


@dataclass
class Town:
    """Whom and what all stories of a city share."""

    city: City
    dice: random.Random
    people: list[User]
    room: User
    villages: list[Area]
    end: datetime
    cases: dict[str, Case] = field(default_factory=dict)
    """By title, for what is joined to another one."""

    def at(self, role: str, agency: Agency | None) -> User:
        """The person in this role at an agency."""
        assert agency is not None
        return staff(self.city, role, agency.slug)


@dataclass
class Story:
    """One aspiration and what is to become of it."""

    town: Town
    wish: Wish
    index: int
    case: Case = field(init=False)
    answers: int = 0

    @property
    def author(self) -> User:
        return self.town.people[self.index % AUTHORS]

    def begin(self, history: History) -> None:
        """The resident sends it; the rest is planned from there."""
        self.case = self._send()
        self.town.cases[self.wish.title] = self.case
        moment = history.now
        for days, name in PLOTS[self.wish.plot]:
            moment += timedelta(days=days)
            history.plan(moment, getattr(self, name))
        self._plan_talk(history)

    def _send(self) -> Case:
        wish, dice = self.wish, self.town.dice
        sender = Sender(self.author)
        place: dict[str, Any] = {}
        if self.index % 5:
            village = dice.choice(self.town.villages)
            place = {"village": village.code, "landmark": f"Dekat kantor Kelurahan {village.name}"}
            if self.index % 5 > 1:
                place |= {"lat": village.lat, "lon": village.lon}
        photos = [store_photo(self._picture(), owner=sender).pk] if wish.scene else []
        papers = [store_document(paper(wish.title, wish.text), owner=sender, name=wish.paper).pk] if wish.paper else []
        return actions.submit_aspiration(
            author=self.author,
            title=wish.title,
            text=wish.text,
            topic=wish.topic,
            kind=wish.kind,
            visibility=wish.visibility,
            place=place,
            photo_ids=photos,
            document_ids=papers,
            from_app=self.index % 3 == 0,
        ).case

    def _picture(self, *, mended: bool = False) -> Any:
        return picture(self.wish.scene, self.index, mended=mended, width=PHOTO_WIDTH)

    def _plan_talk(self, history: History) -> None:
        """Support, comments and news come once it is shown, most of them early."""
        dice, wish, people = self.town.dice, self.wish, self.town.people
        days = min(wish.age, 14.0)
        others = [person for person in people if person != self.author]
        for person in dice.sample(others, wish.supporters):
            self._later(history, 0.75 + (days - 0.8) * dice.random() ** 2, "support", person)
        remarks = [*wish.said, *dice.sample(talk.COMMENTS, min(wish.supporters // 8, 3))]
        for words, person in zip(remarks, dice.sample(others, len(remarks)), strict=True):
            self._later(history, 0.8 + (days - 0.9) * dice.random(), "comment", person, words)
        for number, words in enumerate(wish.news, start=2):
            self._later(history, min(number * 1.2, wish.age - 0.3), "tell", words)
        for person in dice.sample(others, wish.supporters // 10):
            self._later(history, 1.0, "follow", person)
        match wish.trouble:
            case "rude":
                self._later(history, 1.1, "comment", others[-1], talk.RUDE)
            case "unfair":
                self._later(history, 1.1, "accuse")
                for number in range(2 + self.index % 2):
                    self._later(history, wish.age - 0.1 - 0.1 * number, "report", others[-2 - number])
            case "advert":
                self._later(history, 1.1, "comment", others[-5], talk.ADVERT)

    def _later(self, history: History, days: float, name: str, *values: Any) -> None:
        if days > 0:
            history.plan(history.now + timedelta(days=days), lambda: getattr(self, name)(*values))

    # -- what residents do ---------------------------------------------------------------------------------------------
    def support(self, person: User) -> None:
        with suppress(CaseError):  # closed, or not shown to all, by then
            self.case = actions.support(case=self.case, person=person)

    def follow(self, person: User) -> None:
        with suppress(CaseError):
            follow(case=self.case, user=person)

    def tell(self, words: str) -> None:
        self._say(self.author, words, is_update=True)

    def comment(self, person: User, words: str) -> None:
        self._say(person, words)

    def accuse(self) -> None:
        """By somebody whose comments appear at once."""
        known = (person for person in self.town.people[1:AUTHORS] if trust_of(person) >= Trust.KNOWN)
        self._say(next(person for person in known if person != self.author), talk.UNFAIR)

    def _say(self, person: User, words: str, *, is_update: bool = False) -> None:
        """What waits for review the command room looks at; adverts and what was said just now are still to be read."""
        try:
            comment = actions.add_comment(case=self.case, author=person, text=words, is_update=is_update)
        except CaseError:
            return
        if comment.state != CommentState.HELD or words == talk.ADVERT:
            return
        if words != talk.RUDE:
            actions.publish_comment(comment=comment, actor=self.town.room)
        elif timezone.now() < self.town.end - timedelta(days=1):
            actions.hide_comment(comment=comment, actor=self.town.room, reason=talk.HIDDEN_BECAUSE)

    def report(self, person: User) -> None:
        found = Comment.objects.filter(case=self.case, text=talk.UNFAIR).first()
        if found is not None:
            actions.report_comment(comment=found, user=person, reason=CommentReport.Reason.FALSE)

    def appeal(self) -> None:
        self.case = actions.appeal(case=self.case, actor=self.author, words=self.wish.answer)

    def rate(self) -> None:
        stars, words = talk.PRAISE[self.index % len(talk.PRAISE)]
        self.case = casework.rate(case=self.case, actor=self.author, rating=stars, words=words, verdict=Verdict.SOLVED)

    def doubt(self) -> None:
        """It is not as it should be, which opens it again."""
        self.case = casework.rate(
            case=self.case, actor=self.author, rating=2, words=self.wish.reason, verdict=Verdict.NOT_SOLVED
        )

    # -- what the command room does ------------------------------------------------------------------------------------
    def verify(self) -> None:
        casework.mark_read(case=self.case)
        self.case = actions.verify(case=self.case, actor=self.town.room, reason=talk.WAY)

    def ask(self) -> None:
        self.case = casework.ask(case=self.case, actor=self.town.room, words=self.wish.reason)

    def dispose(self) -> None:
        own = self.case.category.default_agency
        assert own is not None
        orders = [Order(own, talk.BRIEF)]
        if self.wish.other:
            orders.append(Order(Agency.objects.get(slug=self.wish.other), talk.BRIEF))
        self.case = actions.dispose(case=self.case, orders=orders, actor=self.town.room)

    def approve(self) -> None:
        self.case = casework.approve(case=self.case, actor=self.town.room)

    def send_back(self) -> None:
        self.case = casework.return_work(case=self.case, actor=self.town.room, reason=self.wish.reason)

    def conclude(self) -> None:
        self.case = actions.conclude(case=self.case, actor=self.town.room, reason=self.wish.reason)

    def join(self) -> None:
        first = next(case for title, case in self.town.cases.items() if title.startswith("Lapangan basket"))
        casework.merge(case=self.case, into=first, actor=self.town.room, reason=self.wish.reason)

    def refer(self) -> None:
        whose = Institution.objects.get(name__startswith="PT Kereta")
        self.case = casework.not_ours(case=self.case, actor=self.town.room, reason=self.wish.reason, institution=whose)

    def reject(self) -> None:
        order = {"rejected": 2, "rejected_hidden": 3, "appealed": 4, "dismissed": 5, "granted": 1}[self.wish.plot]
        self.case = actions.reject(
            case=self.case,
            actor=self.town.room,
            rule=Rule.objects.get(order=order),
            reason=self.wish.reason,
            hide=self.wish.plot == "rejected_hidden",
        )

    def dismiss(self) -> None:
        self.case = actions.decide_appeal(case=self.case, actor=self.town.room, grant=False, reason=self.wish.second)

    def grant(self) -> None:
        self.case = actions.decide_appeal(case=self.case, actor=self.town.room, grant=True, reason=self.wish.second)

    # -- what agencies do ----------------------------------------------------------------------------------------------
    def _operator(self) -> User:
        return self.town.at("operator", self.case.agency)

    def answer(self) -> None:
        if not self.wish.answer:
            return
        operator, papers = self._operator(), []
        if "lampirkan" in self.wish.answer:
            papers = [self._evidence(operator, "Daftar jadwal.pdf")]
        self.case = actions.answer(case=self.case, actor=operator, words=self.wish.answer, document_ids=papers)

    def answer_task(self) -> None:
        """The other agency that was asked answers for its part."""
        if self.wish.second and self.wish.other:
            task = self.case.tasks.select_related("agency").get()
            operator = self.town.at("operator", task.agency)
            self.case = actions.answer(case=task, actor=operator, words=self.wish.second)

    def plan(self) -> None:
        year = timezone.localdate().year + 1
        programme, words = self.wish.programme, self.wish.done
        self.case = actions.plan(case=self.case, actor=self._operator(), year=year, programme=programme, words=words)

    def decline(self) -> None:
        self.case = actions.decline(case=self.case, actor=self._operator(), reason=self.wish.reason)

    def take_up(self) -> None:
        self.case = actions.answer(case=self.case, actor=self._operator(), words=self.wish.done)

    def fulfil(self) -> None:
        operator = self._operator()
        photos, papers = [], []
        if self.wish.scene:
            photos = [store_photo(self._picture(mended=True), owner=Sender(operator)).pk]
        else:
            papers = [self._evidence(operator, "Berita acara hasil.pdf")]
        self.case = actions.fulfil(
            case=self.case, actor=operator, words=self.wish.done, photo_ids=photos, document_ids=papers
        )

    def _evidence(self, operator: User, name: str) -> Any:
        sheet = paper(self.wish.title, self.wish.done or self.wish.answer)
        return store_document(sheet, owner=Sender(operator), name=name).pk

    def postpone(self) -> None:
        until = timezone.localdate() + timedelta(days=30)
        self.case = casework.postpone(case=self.case, actor=self._operator(), reason=self.wish.reason, until=until)

    def acknowledge(self) -> None:
        """The mayor says that it was seen."""
        row = Case.objects.defer("words").get(pk=self.case.pk)
        ladder.acknowledge(case=row, actor=staff(self.town.city, "mayor"))
