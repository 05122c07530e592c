"""What every desk is made of. Whoever adds a part writes it in a file of its own and names it here.

- SCREENS: entries of the module's group in the menu (`DeskScreen`), in their order.
- PAGES: addresses below one case, `/kantor/<module>/reports/<number>/<address>/` (`CaseView`).
- PANELS: parts of the case's page (`CasePanel`), by their `order`, in the main column or beside it.
- MOVES: what staff can do with a case by a form (`StaffMove`), in the order in which the page offers them.
"""

from __future__ import annotations

from balai.casework.office.case_page import CasePage, CasePanel, CaseView
from balai.casework.office.case_panels import Facts, Place, Said, Story
from balai.casework.office.categories import CategoryScreens
from balai.casework.office.desk import DeskScreen
from balai.casework.office.inbox import InboxScreen
from balai.casework.office.institutions import InstitutionScreens
from balai.casework.office.moves import DESK_MOVES, Moves, StaffMove
from balai.casework.office.printed import Point, Printed
from balai.casework.office.rules import RuleScreens
from balai.casework.office.ties import CancelOne, Duplicates, Edit, Tasks, Texts, Ties
from balai.casework.office.ties_moves import TIES_MOVES
from balai.casework.office.told import Resend, Told

SCREENS: list[type[DeskScreen]] = [InboxScreen, CategoryScreens, RuleScreens, InstitutionScreens]
PAGES: list[type[CaseView]] = [CasePage, Printed, Point, Resend, CancelOne, Edit]
PANELS: list[type[CasePanel]] = [Said, Moves, Story, Facts, Place, Told, Ties, Duplicates, Tasks, Texts]
MOVES: list[StaffMove] = [*DESK_MOVES, *TIES_MOVES]
