"""What cases are about: the city's categories as a tree, and those that a case can have held in memory."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from balai.agencies.models import Agency
from balai.casework.models import CATEGORIES, Category, Question
from tenants.held import Held


def categories(module: str) -> list[Category]:
    """The active categories of a module in the city's order, groups and leaves, in one statement.

    A category below an inactive one is left out.
    """
    rows = list(Category.objects.filter(module=module, active=True).order_by("order", "name"))
    by_id = {row.pk: row for row in rows}
    for row in rows:
        if row.parent_id in by_id:
            row.parent = by_id[row.parent_id]

    def reachable(row: Category) -> bool:
        return row.parent_id is None or (row.parent_id in by_id and reachable(by_id[row.parent_id]))

    return [row for row in rows if reachable(row)]


def leaves(rows: Iterable[Category]) -> list[Category]:
    """Those that a case can have: the ones with none below them."""
    rows = list(rows)
    parents = {row.parent_id for row in rows}
    return [row for row in rows if row.pk not in parents]


def category_for_case(module: str, slug: str) -> Category | None:
    """The active leaf with this slug, with its parents and their agencies; None if there is no such. From memory: the
    object is shared, it must not be changed.

    Its `asks` tells whether it or one above it has questions.
    """
    return _for_cases.get().get((module, slug))


def _load_for_cases() -> dict[tuple[str, str], Category]:
    line = Q(category=OuterRef("pk")) | Q(category=OuterRef("parent")) | Q(category=OuterRef("parent__parent"))
    rows = (
        Category.objects.filter(active=True)
        .exclude(children__active=True)
        .select_related("default_agency", "parent__default_agency", "parent__parent__default_agency")
        .annotate(asks=Exists(Question.objects.filter(line, active=True)))
    )

    def reachable(row: Category | None) -> bool:
        return row is None or (row.active and reachable(row.parent))

    return {(row.module, row.slug): row for row in rows if reachable(row.parent)}


_for_cases = Held("casework.categories", _load_for_cases)


@receiver([post_save, post_delete], sender=Category)
@receiver([post_save, post_delete], sender=Question)
@receiver([post_save, post_delete], sender=Agency)
def _category_changed(**_told: object) -> None:
    CATEGORIES.changed()


def branch(module: str, slug: str) -> QuerySet[Category]:
    """A category and all below it, switched off or not."""
    branch = Q(slug=slug) | Q(parent__slug=slug) | Q(parent__parent__slug=slug)
    return Category.objects.filter(branch, module=module)


def category_branch(module: str, slug: str) -> list[int]:
    """The ids of a category and of all below it, switched off or not; none for an unknown slug."""
    return list(branch(module, slug).values_list("pk", flat=True))
