"""A category's questions: inherited, checked one by one, kept as they were put, and stopped in an emergency."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from balai.casework import questions
from balai.casework.categories import category_for_case
from balai.casework.intake_schema import answer_nodes
from balai.casework.models import AnswerKind, Case, Category, Question, TimelineEntry
from balai.casework.queries import view_of
from balai.casework.questions import HardStop
from tests.casework.world import World

pytestmark = pytest.mark.django_db

CHOICES = [
    {"value": "padam", "label": "Padam"},
    {"value": "berkedip", "label": "Berkedip"},
    {"value": "kabel", "label": "Kabel menjuntai", "stop": True},
]


@pytest.fixture
def asked(a: World) -> dict[str, Question]:
    group, lamp = Category.objects.get(slug="jalan"), Category.objects.get(slug="lampu")
    make = Question.objects.create
    return {
        "since": make(category=group, slug="sejak", label="Sejak kapan?", kind=AnswerKind.TEXT, public=True),
        "how": make(
            category=lamp,
            slug="keadaan",
            label="Bagaimana keadaannya?",
            kind=AnswerKind.CHOICE,
            choices=CHOICES,
            required=True,
            public=True,
            stop_text="Jangan mendekat. Hubungi 112.",
        ),
        "count": make(category=lamp, slug="jumlah", label="Berapa?", kind=AnswerKind.NUMBER, least=1, most=50, order=1),
        "photo": make(category=lamp, slug="tiang", label="Foto nomor tiang", kind=AnswerKind.PHOTO, order=2),
    }


def test_questions_are_inherited_and_a_nearer_one_takes_the_place(a: World, asked: dict[str, Question]) -> None:
    lamp, hole = category_for_case("siaran", "lampu"), category_for_case("siaran", "lubang")
    assert lamp is not None
    assert hole is not None
    assert [row.slug for row in questions.asked(lamp)] == ["sejak", "keadaan", "jumlah", "tiang"]
    assert [row.slug for row in questions.asked(hole)] == ["sejak"]
    Question.objects.create(category=lamp, slug="sejak", label="Padam sejak kapan?")
    assert next(row.label for row in questions.asked(lamp)) == "Padam sejak kapan?"
    Question.objects.filter(slug="sejak").update(active=False)
    assert [row.slug for row in questions.asked(lamp)] == ["keadaan", "jumlah", "tiang"]


def test_answers_are_kept_as_the_questions_were_put(a: World, asked: dict[str, Question]) -> None:
    photo = a.photo(a.warga)
    answers = {"sejak": "Kemarin malam", "keadaan": "padam", "jumlah": "3", "tiang": str(photo.pk)}
    case = Case.objects.get(pk=a.report(answers=answers).pk)
    assert case.answers == {"sejak": "Kemarin malam", "keadaan": "padam", "jumlah": 3, "tiang": str(photo.pk)}
    assert case.photo_count == 1
    Question.objects.filter(slug="keadaan").update(label="Lain", choices=[])
    told = {(node["question"], node["text"]) for node in answer_nodes(view_of(case, a.operator))}
    assert told == {
        ("Sejak kapan?", "Kemarin malam"),
        ("Bagaimana keadaannya?", "Padam"),
        ("Berapa?", "3"),
        ("Foto nomor tiang", ""),
    }
    assert {node["question"] for node in answer_nodes(view_of(case, None))} == {"Sejak kapan?", "Bagaimana keadaannya?"}
    assert len(answer_nodes(view_of(case, a.warga))) == 4


REFUSED: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "not answered": ({}, {"answers.keadaan": "missing"}),
    "unknown choice": ({"keadaan": "roboh"}, {"answers.keadaan": "unknown_choice"}),
    "not a number": ({"keadaan": "padam", "jumlah": "banyak"}, {"answers.jumlah": "not_a_number"}),
    "NaN": ({"keadaan": "padam", "jumlah": "NaN"}, {"answers.jumlah": "not_a_number"}),
    "endless": ({"keadaan": "padam", "jumlah": "1e999"}, {"answers.jumlah": "not_a_number"}),
    "too small": ({"keadaan": "padam", "jumlah": "0"}, {"answers.jumlah": "too_small"}),
    "too large": ({"keadaan": "padam", "jumlah": "50,5"}, {"answers.jumlah": "too_large"}),
    "long text": ({"keadaan": "padam", "sejak": "x" * 501}, {"answers.sejak": "too_long"}),
    "no photo": ({"keadaan": "padam", "tiang": "foto.jpg"}, {"answers.tiang": "unknown_photo"}),
    "a photo that is not there": (
        {"keadaan": "padam", "tiang": "00000000-0000-4000-8000-000000000000"},
        {"answers": "unknown_photo"},
    ),
    "not asked": ({"keadaan": "padam", "warna": "merah"}, {"answers": "unknown_question"}),
    "every fault at once": (
        {"jumlah": "x", "sejak": "x" * 501},
        {"answers.keadaan": "missing", "answers.jumlah": "not_a_number", "answers.sejak": "too_long"},
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(a: World, asked: dict[str, Question], name: str) -> None:
    answers, expected = REFUSED[name]
    with pytest.raises(ValidationError) as refusal:
        a.report(answers=answers)
    assert {field: errors[0].code for field, errors in refusal.value.error_dict.items()} == expected
    assert not (Case.objects.exists())
    assert not (TimelineEntry.objects.exists())


def test_an_emergency_is_not_taken_but_told_whom_to_call(a: World, asked: dict[str, Question]) -> None:
    with pytest.raises(HardStop) as stop:
        a.report(answers={"keadaan": "kabel"})
    assert (stop.value.text, stop.value.phone) == ("Jangan mendekat. Hubungi 112.", "112")
    Category.objects.filter(slug="jalan").update(stop_text="Segera telepon.", stop_phone="0811 123 456")
    with pytest.raises(HardStop) as above:
        a.report(category="lubang")
    assert (above.value.text, above.value.phone) == ("Segera telepon.", "0811 123 456")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"kind": "choice", "choices": CHOICES[:1]}, "choices"),
        ({"kind": "choice", "choices": CHOICES}, "stop_text"),
        ({"kind": "number", "least": 5, "most": 1}, "most"),
    ],
)
def test_a_question_that_cannot_be_asked(a: World, fields: dict[str, Any], fault: str) -> None:
    question = Question(category=Category.objects.get(slug="lampu"), slug="q", label="Q?", **fields)
    with pytest.raises(ValidationError) as refusal:
        question.clean()
    assert list(refusal.value.error_dict) == [fault]
