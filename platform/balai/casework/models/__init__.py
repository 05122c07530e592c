"""A case is whatever a resident brings. These tables are shared by every module that takes cases (see Case.module)."""

from balai.casework.models.case import CELL_RESOLUTION, PERSON, Case, CaseQuerySet, Clock, Rung, Verdict
from balai.casework.models.category import MAX_DEPTH, Category
from balai.casework.models.following import AreaSubscription, Follow
from balai.casework.models.institution import Institution
from balai.casework.models.kinds import SHOWN_TO_ALL, Channel, Classification, PlaceSource, Severity, Visibility
from balai.casework.models.merge import Merge
    "Receipt",
