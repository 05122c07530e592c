"""Case numbers: read over the telephone, typed on any keyboard, never guessed."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.casework.numbers import new_number, parse, prefix_of

drawn = st.integers(min_value=0, max_value=10**8 - 1)
PREFIX = "3674"


@given(drawn)
def test_a_number_is_understood_however_it_is_written(number: int) -> None:
    written = new_number(PREFIX, number)
    digits = written.replace("-", "")
    for typed in (
        written,
        digits,
        digits[4:],
        written[5:],
        f"  {written} ",
        written.replace("-", " "),
        written[5:].replace("-", "."),
    ):
        assert parse(typed, PREFIX) == written


@given(drawn, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: int, place: int, change: int) -> None:
    digits = new_number(PREFIX, number).replace("-", "")
    wrong = digits[:place] + str((int(digits[place]) + change) % 10) + digits[place + 1 :]
    assert parse(wrong, PREFIX) is None


@given(drawn, st.integers(0, 11))
def test_two_neighbours_swapped_are_noticed(number: int, place: int) -> None:
    digits = new_number(PREFIX, number).replace("-", "")
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert (parse(swapped, PREFIX) is None) == (swapped != digits)


@given(st.text())
def test_any_other_text_is_no_number(text: str) -> None:
    assert parse(text, PREFIX) is None or sum(character.isdigit() for character in text) in (9, 13)


@pytest.mark.parametrize("text", ["", "abc", "٣٦٧٤٤٨٣٧٢٩١٥٦", "3674", "1" * 12, "1" * 40, "3674-483-729-15٦"])
def test_what_is_no_number(text: str) -> None:
    assert parse(text, PREFIX) is None


def test_numbers_do_not_follow_each_other() -> None:
    numbers = [int(new_number(PREFIX).replace("-", "")[4:12]) for _ in range(200)]
    assert len(set(numbers)) == 200
    gaps = [abs(a - b) for a, b in itertools.pairwise(numbers)]
    assert min(gaps) > 1
    assert numbers != sorted(numbers)


def test_the_prefix_names_the_city() -> None:
    assert prefix_of("36.74", 5) == "3674"
    assert prefix_of("", 5) == "0005"
    assert len(prefix_of("", 12345)) == 4
