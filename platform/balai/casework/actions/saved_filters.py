"""Keeping what the inbox was narrowed to."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.agencies.models import Agency
from balai.agencies.queries import Act, standing_of
from balai.casework.models import SavedFilter
from balai.casework.wording import checked

MAX_OWN = 30


@transaction.atomic
def save_filter(*, module: str, owner: User, name: str, query: str, agency: Agency | None = None) -> SavedFilter:
    """Keeps a filter; one of the same name is replaced. Raises ValidationError (name, agency)."""
    name = checked(name, "name", minimum=1, missing=_("Give the filter a name."), maximum=60)
    if not query or len(query) > 1000:
        raise ValidationError({"name": [ValidationError(_("Narrow the list first."), code="nothing_to_save")]})
    if agency is not None and not standing_of(owner).can(Act.SEE, agency.pk):
        raise ValidationError({"agency": [ValidationError(_("This is not your agency."), code="foreign_agency")]})
    # Whoever saves two at once waits here, so that the bound holds.
    User.objects.select_for_update().get(pk=owner.pk)
    own = SavedFilter.objects.filter(module=module, owner=owner)
    if own.exclude(name=name).count() >= MAX_OWN:
        message = _("You have %(count)d saved filters already. Delete one first.") % {"count": MAX_OWN}
        raise ValidationError({"name": [ValidationError(message, code="too_many")]})
    kept, _made = SavedFilter.objects.update_or_create(
        module=module, owner=owner, name=name, defaults={"query": query, "agency": agency}
    )
    return kept


def delete_filter(*, module: str, owner: User, pk: int) -> bool:
    """Deletes one's own filter; says whether there was one."""
    return SavedFilter.objects.filter(module=module, owner=owner, pk=pk).delete()[0] > 0
