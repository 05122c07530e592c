"""The small city of the casework tests, with an aspiration box: topics, a rule, a second person in the command room."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass, field
from typing import Any

from fpdf import FPDF

from apps.laksa import actions
from apps.laksa.models import Dimension, Rule, Topic
from balai.accounts.models import User
from balai.agencies.models import Post, Role
from balai.attachments.actions import store_document
from balai.attachments.models import Attachment
from balai.attachments.queries import Sender
from balai.casework.actions.splitting import Order
from balai.casework.models import Case, Category
from tenants.current import in_city
from tenants.models import Activation
from tests.casework.world import World, people

TITLE = "Taman bermain di bantaran kali"
TEXT = "Anak-anak di kampung kami tidak punya tempat bermain yang aman."
_numbers = itertools.count(1)


def pdf(text: str = "Usulan warga") -> bytes:
    """A PDF as a word processor makes it."""
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=12)
    paper.cell(text=text)
    return bytes(paper.output())


@dataclass
class Box(World):
    colleague: User = field(init=False)
    sweep_desk: User = field(init=False)
    rule: Rule = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        slug = self.city.slug
        self.colleague, self.sweep_desk = people(f"colleague.{slug}", f"sweep.desk.{slug}")
        with in_city(self.city):
            Post.objects.bulk_create(
                [
                    Post(user=self.colleague, role=Role.OPERATOR),
                    Post(user=self.sweep_desk, role=Role.OPERATOR, agency=self.dlh),
                ]
            )
            top = Category.objects.create(module="laksa", slug="ruang", name="Ruang kota", icon="tree", order=1)
            park = Category.objects.create(module="laksa", slug="taman", name="Taman", icon="tree", parent=top)
            Topic.objects.create(category=park, dimensions=[Dimension.LIVING, Dimension.ENVIRONMENT])
            self.rule = Rule.objects.create(title="Bukan iklan", text="Aspirasi tidak memuat iklan atau promosi.")
        self.set(review_aspirations="nobody", review_comments="nobody")

    def set(self, **options: Any) -> None:
        """Sets options of the module in this city."""
        found = Activation.objects.get(city=self.city, module="laksa")
        found.options = found.options | options
        found.save()
        self.city.__dict__.pop("options_by_module", None)

    def wish(self, user: User | None = None, **fields: Any) -> Case:
        """An aspiration as a resident sends it."""
        values: dict[str, Any] = {"title": TITLE, "text": TEXT, "topic": "taman"} | fields
        return actions.submit_aspiration(author=user or self.warga, **values).case

    def disposed(self, user: User | None = None, **fields: Any) -> Case:
        """One that the Dishub has to answer."""
        case = actions.verify(case=self.wish(user, **fields), actor=self.room)
        return actions.dispose(case=case, orders=[self.order()], actor=self.room)

    def order(self, agency: Any = None) -> Order:
        return Order(agency or self.dishub, "Mohon dijawab.")

    def document(self, user: User, content: bytes = b"", name: str = "Usulan.pdf") -> Attachment:
        """A waiting PDF of the person."""
        return store_document(io.BytesIO(content or pdf()), owner=Sender(user), name=name)

    def residents(self, count: int) -> list[User]:
        """So many residents with a verified address."""
        return people(*(f"warga.{next(_numbers)}" for _ in range(count)))
