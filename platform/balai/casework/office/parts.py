"""What every desk is made of. Whoever adds a part writes it in a file of its own and names it here.

- SCREENS: entries of the module's group in the menu (`DeskScreen`), in their order.
- LIST_PAGES: addresses beside the inbox, `/kantor/<module>/reports/<address>/`: (address, URL name, DeskView).
- PAGES: addresses below one case, `/kantor/<module>/reports/<number>/<address>/` (`CaseView`).
- PANELS: parts of the case's page (`CasePanel`), by their `order`, in the main column or beside it.
- MOVES: what staff can do with a case by a form (`StaffMove`), in the order in which the page offers them.
"""

from __future__ import annotations

from balai.casework.office.board import Board, Map, Points
from balai.casework.office.case_page import CasePage, CasePanel, CaseView
from balai.casework.office.case_panels import Facts, Place, Said, Story
from balai.casework.office.categories import CategoryScreens
from balai.casework.office.chain_page import ChainPage
from balai.casework.office.desk import DeskScreen, DeskView
from balai.casework.office.entry import EntryScreen
from balai.casework.office.evidence_panel import Evidence
from balai.casework.office.exports import Csv, Xlsx
from balai.casework.office.identity import EraseContact, Identity, RevealPage
from balai.casework.office.inbox import InboxScreen
from balai.casework.office.institutions import InstitutionScreens
from balai.casework.office.move_table import MoveTableScreen
from balai.casework.office.moves import DESK_MOVES, Moves, StaffMove
from balai.casework.office.paper import Pdf
from balai.casework.office.printed import Point, Printed
from balai.casework.office.questions import QuestionScreens
from balai.casework.office.response_templates import ResponseTemplateScreens
from balai.casework.office.rules import RuleScreens
from balai.casework.office.ties import CancelOne, Duplicates, Edit, Tasks, Texts, Ties
from balai.casework.office.ties_moves import TIES_MOVES
from balai.casework.office.told import Resend, Told

SCREENS: list[type[DeskScreen]] = [
    InboxScreen,
    EntryScreen,
    CategoryScreens,
    QuestionScreens,
    RuleScreens,
    InstitutionScreens,
    ResponseTemplateScreens,
    MoveTableScreen,
]
LIST_PAGES: list[tuple[str, str, type[DeskView]]] = [
    ("board", "board", Board),
    ("map", "map", Map),
    ("map/points", "points", Points),
    ("export/csv", "csv", Csv),
    ("export/xlsx", "xlsx", Xlsx),
]
PAGES: list[type[CaseView]] = [
    CasePage,
    Printed,
    Pdf,
    Point,
    ChainPage,
    Resend,
    CancelOne,
    Edit,
    RevealPage,
    EraseContact,
]
PANELS: list[type[CasePanel]] = [
    Said,
    Evidence,
    Moves,
    Story,
    Facts,
    Identity,
    Place,
    Told,
    Ties,
    Duplicates,
    Tasks,
    Texts,
]
MOVES: list[StaffMove] = [*DESK_MOVES, *TIES_MOVES]
