"""Translations of one plural rule lie in one dictionary."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext, ngettext, override, trans_real


@pytest.mark.parametrize("language", ["id", "id-id", "en"])
def test_a_text_is_looked_up_in_a_few_dictionaries(language: str) -> None:
    with override(language):
        gettext("Yes")
        assert len(trans_real._translations[language]._catalog._catalogs) <= 6


def test_what_is_merged_still_says_the_same() -> None:
    with override("id"):
        assert gettext("Reports of the city") == "Laporan warga"
        assert ngettext("%(num)d hour", "%(num)d hours", 2) % {"num": 2} == "2 jam"
    with override("en"):
        assert ngettext("%(num)d hour", "%(num)d hours", 1) % {"num": 1} == "1 hour"
        assert ngettext("%(num)d hour", "%(num)d hours", 2) % {"num": 2} == "2 hours"
