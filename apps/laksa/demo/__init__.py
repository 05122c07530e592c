"""A demo city's aspiration box: topics, rules, and half a year of aspirations that were lived through in order.

As in SIARAN's demo everything goes through the ordinary actions with the clock set back, and is the same in every run.
"""

from __future__ import annotations

import random

from django.db import transaction

from apps.laksa.actions.figures import FIGURES as DAY_COUNTS
from apps.laksa.actions.figures import update_figures
from apps.laksa.demo.city import AGENCIES, make_institutions, make_rules, make_topics
from apps.laksa.demo.stories import live_through
from apps.laksa.models import Aspiration
from balai.casework.actions import figures as casework_figures
from balai.casework.demo.messages import settle_messages
from balai.casework.demo.people import make_agencies
from balai.casework.models import Reading
from balai.casework.performance import FIGURES
from balai.notifications.models import Message
from tenants.models import City
from tenants.modules import is_active


def fill(city: City) -> None:
    """Gives the city what LAKSA shows in a demo. Does nothing where the module is off or aspirations exist already."""
    if not is_active("laksa") or Aspiration.objects.exists():
        return
    with transaction.atomic():
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        make_agencies(city, AGENCIES)
        make_topics()
        make_rules()
        make_institutions()
        live_through(city, random.Random(f"laksa {city.slug}"))  # noqa: S311 - nothing here is secret
        settle_messages(newest)
        Reading.objects.filter(name__in=[FIGURES, DAY_COUNTS]).delete()
        casework_figures.update_figures()
        update_figures()
