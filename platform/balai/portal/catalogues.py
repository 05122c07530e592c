"""Django keeps the translations of a language as one catalogue per app and asks them in turn: forty dictionaries for a
text of ours that comes late in the list, some hundred times for a page.

It means to merge those whose plural rule is the same, but compares a rule's code with a function (Django 5.2,
django.utils.translation.trans_real.TranslationCatalog.update), so none ever is. Merged here, a text takes one or two.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import trans_real

loaded: Any = trans_real  # what is private there has no type


def _merged(self: Any, trans: Any) -> None:
    if trans.plural.__code__ == self._plurals[0].__code__:
        self._catalogs[0].update(trans._catalog)
    else:
        self._catalogs.insert(0, trans._catalog.copy())
        self._plurals.insert(0, trans.plural)


def merge_catalogues() -> None:
    """Lets Django merge what it means to merge. What is loaded already is loaded again."""
    loaded.TranslationCatalog.update = _merged
    loaded._translations.clear()
    loaded._default = None
