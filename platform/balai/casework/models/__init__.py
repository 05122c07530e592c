"""A case is whatever a resident brings. These tables are shared by every module that takes cases (see Case.module)."""

from balai.casework.models.case import CELL_RESOLUTION, PERSON, Case, CaseQuerySet, Clock, Rung, Verdict
from balai.casework.models.category import CATEGORIES, MAX_DEPTH, Category
from balai.casework.models.cell import KEPT_RESOLUTION, CellCount
from balai.casework.models.desk import AnswerFor, BulkItem, BulkRun, ResponseTemplate, SavedFilter
from balai.casework.models.following import AreaSubscription, Follow
from balai.casework.models.institution import Institution
from balai.casework.models.kinds import SHOWN_TO_ALL, Channel, Classification, PlaceSource, Severity, Visibility
from balai.casework.models.merge import Merge
from balai.casework.models.people import Contact, Reveal, Supporter
from balai.casework.models.performance import AgencyDay, Reading, VillageDay
from balai.casework.models.question import AnswerKind, Question
from balai.casework.models.receipt import Receipt
from balai.casework.models.routing import RULES, RoutingRule
from balai.casework.models.sla import Escalation, SlaPolicy, Step, TimeUnit
from balai.casework.models.timeline import CHANGES, Appended, Kind, TimelineEntry, TimelineQuerySet
from balai.casework.models.transfer import Transfer
from balai.casework.models.transition import MoveSetting

__all__ = [
    "CATEGORIES",
    "CELL_RESOLUTION",
    "CHANGES",
    "KEPT_RESOLUTION",
    "MAX_DEPTH",
    "PERSON",
    "RULES",
    "SHOWN_TO_ALL",
    "AgencyDay",
    "AnswerFor",
    "AnswerKind",
    "Appended",
    "AreaSubscription",
    "BulkItem",
    "BulkRun",
    "Case",
    "CaseQuerySet",
    "Category",
    "CellCount",
    "Channel",
    "Classification",
    "Clock",
    "Contact",
    "Escalation",
    "Follow",
    "Institution",
    "Kind",
    "Merge",
    "MoveSetting",
    "PlaceSource",
    "Question",
    "Reading",
    "Receipt",
    "ResponseTemplate",
    "Reveal",
    "RoutingRule",
    "Rung",
    "SavedFilter",
    "Severity",
    "SlaPolicy",
    "Step",
    "Supporter",
    "TimeUnit",
    "TimelineEntry",
    "TimelineQuerySet",
    "Transfer",
    "Verdict",
    "VillageDay",
    "Visibility",
]
