"""The answer of a head, the Sekda or the mayor to a late report, in the API."""

from __future__ import annotations

from typing import Any

import graphene

from apps.siaran.showing import report_for, shown
from balai.casework import ladder
from balai.casework.callers import person
from balai.casework.schema import CaseDetail
from balai.graphql import Mutation as BaseMutation


class AcknowledgeEscalation(BaseMutation):
    """Whoever a late report was escalated to, or the deputy of one who is away, says that they know of it. It stays red
    until it is answered. Said twice is said once. FORBIDDEN for anyone else."""

    class Arguments:
        number = graphene.ID(required=True)

    report = graphene.Field(CaseDetail)
    sign_in = True

    @classmethod
    def perform(cls, info: Any, number: str) -> AcknowledgeEscalation:
        case = ladder.acknowledge(case=report_for(info, number), actor=person(info))
        return cls(report=shown(info, case))


class EscalationMutation:
    """Fields of the module's Mutation."""

    siaran_acknowledge_escalation = AcknowledgeEscalation.Field()
