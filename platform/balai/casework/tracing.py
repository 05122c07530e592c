"""Opening a guest's report with its tracking code, and making it the report of an account."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.audit.actions import record
from balai.casework import guests, numbers, queries, tracking
from balai.casework.errors import CaseNotFound, NotAllowed
from balai.casework.guests import Guest
from balai.casework.models import Case
from balai.casework.wording import name_of_case


class WrongCode(CaseNotFound):
    """Number and code do not belong together; which of the two is wrong is not said."""

    def __init__(self) -> None:
        super().__init__(_("This number and this tracking code do not belong together. Please check both."))


def traced(*, number: str, code: str, visitor: Guest, module: str = "") -> Case:
    """The case with this number that this code opens.

    Raises WrongCode for a wrong number and a wrong code alike, TooManyCodes when the visitor's address guesses.
    """
    guests.check_codes(visitor)
    parsed, key = numbers.parse(number, queries.number_prefix()), tracking.parse(code)
    case = None
    if parsed is not None and key is not None:
        cases = queries.with_relations(Case.objects.filter(access_digest__in=tracking.digests(key)))
        case = cases.filter(number=parsed).first()
    if case is None or (module and case.module != module):
        guests.count_wrong_code(visitor)
        raise WrongCode
    return case


@transaction.atomic
def claim(*, number: str, code: str, user: User, visitor: Guest, module: str = "") -> Case:
    """Makes a guest's report the report of this account; its tracking code opens nothing any more.

    What was anonymous stays anonymous. Raises as `traced` does.
    """
    case = traced(number=number, code=code, visitor=visitor, module=module)
    row = Case.objects.select_for_update(of=("self",)).defer("words").get(pk=case.pk)
    if row.reporter_id is not None or not row.access_digest:
        raise NotAllowed(_("This %(noun)s belongs to an account already.") % {"noun": name_of_case(row.module)})
    row.reporter, row.access_digest, row.idempotency_key = user, "", ""
    row.save(update_fields=["reporter", "access_digest", "idempotency_key"])
    record("casework.report_claimed", row, actor=user)
    return row
