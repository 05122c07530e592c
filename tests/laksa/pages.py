"""What tests of pages type and read."""

from __future__ import annotations

import re
from typing import Any

from balai.casework.models import Case
from tests.laksa.box import TEXT, TITLE


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def one(case: Case, step: str = "") -> str:
    return f"/laksa/aspirasi/{case.number}/{step}"


def fields(**changes: Any) -> dict[str, Any]:
    return {"title": TITLE, "text": TEXT, "topic": "taman", "kind": "SUGGESTION", "visibility": "PUBLIC"} | changes
