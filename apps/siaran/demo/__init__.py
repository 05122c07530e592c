"""A demo city at work: its agencies and categories, and four months of reports that were lived through in order.

Everything goes through the ordinary actions with the clock set back, the sweep included, so that what is red and at
the mayor's desk got there as it would in a city. The same in every run: the dice are seeded with the city.
"""

from __future__ import annotations

import random

from django.db import transaction

from apps.siaran.demo.assets import make_assets
from apps.siaran.demo.places import make_categories, make_institutions, make_people
from apps.siaran.demo.rules import make_questions, make_rules
from apps.siaran.demo.stories import live_through
from balai.casework.actions.figures import update_figures
from balai.casework.demo.messages import settle_messages
from balai.casework.models import Category, Reading
from balai.casework.performance import FIGURES
from balai.notifications.models import Message
from tenants.models import City
from tenants.modules import is_active


def fill(city: City) -> None:
    """Gives the city what SIARAN shows in a demo. Does nothing where the module is off or categories exist already."""
    if not is_active("siaran") or Category.objects.filter(module="siaran").exists():
        return
    with transaction.atomic():
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        make_people(city)
        make_categories()
        make_questions()
        make_rules()
        make_institutions()
        make_assets(city)
        live_through(city, random.Random(city.slug))  # noqa: S311 - nothing here is secret
        settle_messages(newest)
        Reading.objects.filter(name=FIGURES).delete()
        update_figures()
