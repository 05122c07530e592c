"""What a demo city asks about a report, and where its rules send it before the category's agency gets it."""

from __future__ import annotations

from balai.agencies.models import Unit
from balai.casework.models import AnswerKind, Category, Question, RoutingRule, Severity
from balai.geography.models import Area

CALL = "Jauhkan orang dari lokasi dan jangan menyentuh apa pun. Telepon 112 sekarang: petugas berangkat saat itu juga."
QUESTIONS = [
    # category, slug, question, choices (value, label, whether it is an emergency)
    (
        "lampu-jalan",
        "berapa",
        "Berapa lampu yang bermasalah?",
        [("satu", "Satu", False), ("beberapa", "Beberapa", False), ("semua", "Sepanjang jalan", False)],
    ),
    (
        "pohon",
        "kabel",
        "Apakah pohon mengenai kabel listrik?",
        [("tidak", "Tidak", False), ("dekat", "Hampir mengenai", False), ("ya", "Ya, mengenai kabel", True)],
    ),
    (
        "drainase",
        "dalam",
        "Seberapa dalam airnya?",
        [("mata-kaki", "Sampai mata kaki", False), ("lutut", "Sampai lutut", False), ("rumah", "Masuk rumah", False)],
    ),
]


def make_questions() -> None:
    """Questions of three categories, none of which has to be answered; one answer is an emergency."""
    for category, slug, label, choices in QUESTIONS:
        stops = any(stop for _value, _label, stop in choices)
        Question.objects.create(
            category=Category.objects.get(module="siaran", slug=category),
            slug=slug,
            label=label,
            kind=AnswerKind.CHOICE,
            choices=[{"value": value, "label": said, "stop": stop} for value, said, stop in choices],
            stop_text=CALL if stops else "",
        )


def make_rules() -> None:
    """The rules, the most particular first: by answer, by severity and area, by category."""
    units = {unit.name: unit for unit in Unit.objects.select_related("agency")}
    categories = {category.slug: category for category in Category.objects.filter(module="siaran")}
    district = Area.objects.filter(level="district", active=True).order_by("code").first()
    rules: list[tuple[str, str, dict[str, object]]] = [
        ("pohon", "Bidang Pertamanan", {"question": "kabel", "answer": "dekat"}),
        ("drainase", "Bidang Drainase", {"severity": Severity.HEAVY, "area": district}),
        ("lampu-jalan", "Bidang Penerangan Jalan Umum", {}),
        ("jalan-rusak", "UPT Pemeliharaan Jalan", {}),
    ]
    for order, (category, unit, more) in enumerate(rules, start=1):
        RoutingRule.objects.create(
            module="siaran",
            order=order,
            category=categories[category],
            agency=units[unit].agency,
            unit=units[unit],
            **more,
        )
