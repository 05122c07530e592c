"""A rule's question and answer are chosen from what the categories ask."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client

from balai.casework.models import Category, Question, RoutingRule
from balai.casework.rule_checks import doubts, rules_with_relations
from tests.casework.test_rule_list import LIST, values
from tests.casework.world import World
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
CABLE = {"kind": "choice", "choices": [{"value": "ya", "label": "Ya, putus"}, {"value": "tidak", "label": "Tidak"}]}


@pytest.fixture
def administrator(a: World) -> Client:
    return signed_in(a.city, staff(a.city, "casework.change_routingrule", name="Ratna"))


@pytest.fixture
def cable(a: World) -> Question:
    lamp = Category.objects.get(slug="lampu")
    return Question.objects.create(category=lamp, slug="kabel", label="Ada kabel putus?", **CABLE)


@pytest.fixture
def width(a: World) -> Question:
    road = Category.objects.get(slug="jalan")
    return Question.objects.create(category=road, slug="lebar", label="Berapa lebarnya?", kind="number")


def text(response: Any) -> str:
    return html.unescape(response.content.decode())


def test_the_form_lists_every_answer_with_its_category(a: World, administrator: Client, cable: Any, width: Any) -> None:
    page = text(administrator.get(f"{LIST}new/"))
    assert '<optgroup label="Jalan › Lampu jalan">' in page
    assert f'<option value="{cable.pk}=ya">Ada kabel putus? Ya, putus</option>' in page
    assert f'<option value="{width.pk}">Berapa lebarnya? (jawaban di bawah)</option>' in page


def test_a_choice_routes_and_comes_back_chosen(a: World, administrator: Client, cable: Question) -> None:
    sent = values(a, category=cable.category_id, question=f"{cable.pk}=ya")
    assert administrator.post(f"{LIST}new/", sent).status_code == 302
    rule = RoutingRule.objects.get()
    assert (rule.question, rule.answer) == ("kabel", "ya")
    assert "Ada kabel putus?: Ya, putus" in text(administrator.get(LIST))
    assert f'<option value="{cable.pk}=ya" selected>' in text(administrator.get(f"{LIST}{rule.pk}/"))
    RoutingRule.objects.update(draft=False)
    assert a.report(answers={"kabel": "ya"}).agency == a.dlh
    assert a.report(answers={"kabel": "tidak"}).agency == a.dishub


def test_a_question_without_choices_takes_a_typed_answer(a: World, administrator: Client, width: Question) -> None:
    # It is asked for the categories below it too.
    lamp = Category.objects.get(slug="lampu")
    sent = values(a, category=lamp.pk, question=str(width.pk), answer="3")
    assert administrator.post(f"{LIST}new/", sent).status_code == 302
    rule = RoutingRule.objects.get()
    assert (rule.question, rule.answer) == ("lebar", "3")
    page = text(administrator.get(f"{LIST}{rule.pk}/"))
    assert f'<option value="{width.pk}" selected>' in page
    assert 'value="3"' in page


def test_what_does_not_belong_together_is_refused(a: World, administrator: Client, cable: Any, width: Any) -> None:
    rubbish = Category.objects.get(slug="sampah")
    for wrong, why in (
        ({"question": f"{cable.pk}=ya", "answer": "lain"}, "kosongkan"),
        ({"question": f"{cable.pk}=mungkin"}, ""),
        ({"question": f"{cable.pk}"}, ""),
        ({"question": f"{width.pk}"}, ""),
        ({"question": "kept"}, ""),
        ({"question": "999999999999999999999=ya"}, ""),
        ({"answer": "ya"}, ""),
        ({"question": f"{cable.pk}=ya", "category": rubbish.pk}, "tidak ditanyai"),
    ):
        response = administrator.post(f"{LIST}new/", values(a, **wrong))
        assert response.status_code == 422, wrong
        assert why in text(response)
    assert not RoutingRule.objects.exists()


def test_a_question_that_is_gone_is_kept_and_doubted(a: World, administrator: Client, cable: Question) -> None:
    rule = RoutingRule.objects.create(module="siaran", agency=a.dlh, question="kabel", answer="mungkin", draft=True)
    [doubt] = [item for item in doubts("siaran", rules_with_relations("siaran", draft=True)) if item.rule]
    assert "mungkin" in doubt.message
    Question.objects.update(active=False)
    [doubt] = [item for item in doubts("siaran", rules_with_relations("siaran", draft=True)) if item.rule]
    assert "kabel" in doubt.message
    assert '<option value="kept" selected>kabel: mungkin</option>' in text(administrator.get(f"{LIST}{rule.pk}/"))
    sent = values(a, question="kept", severity="heavy")
    assert administrator.post(f"{LIST}{rule.pk}/", sent).status_code == 302
    rule.refresh_from_db()
    assert (rule.question, rule.answer, rule.severity) == ("kabel", "mungkin", "heavy")


@pytest.mark.parametrize("count", [1, 3])
def test_questions_cost_one_statement(a: World, administrator: Client, statements: Any, count: int) -> None:
    lamp = Category.objects.get(slug="lampu")
    for number in range(count):
        question = Question.objects.create(category=lamp, slug=f"q{number}", label=f"Q{number}?", **CABLE)
        RoutingRule.objects.create(module="siaran", agency=a.dlh, question=question.slug, answer="ya", draft=True)
    administrator.get(LIST)
    with statements() as seen:
        administrator.get(LIST)
    assert len([sql for sql in seen if '"casework_question"' in sql]) == 1
    with statements() as seen:
        administrator.get(f"{LIST}{RoutingRule.objects.all()[0].pk}/")
    assert len([sql for sql in seen if '"casework_question"' in sql]) == 1
