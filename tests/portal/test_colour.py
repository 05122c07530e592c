"""Contrast by the definition of WCAG 2.2, and colours that pass where the chosen one does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.portal.colour import BLACK, INK, PAPER, READABLE, WHITE, contrast, mix, nearest_readable, on

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    # From the WCAG working group's own examples and the usual checkers.
    [
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("wrong", ["", "red", "#fff", "#12345g", "#1234567", "0b5cad"])
def test_anything_but_six_digits_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        contrast(wrong, WHITE)


@given(colours, st.sampled_from([WHITE, BLACK, PAPER, INK]))
def test_the_suggested_colour_always_passes(colour: str, ground: str) -> None:
    suggestion = nearest_readable(colour, ground)
    assert contrast(suggestion, ground) >= READABLE
    if contrast(colour, ground) >= READABLE:
        assert suggestion == colour


def test_the_suggested_colour_is_near_and_keeps_its_hue() -> None:
    suggestion = nearest_readable("#2f9e44", WHITE)  # a green just too light
    assert contrast(suggestion, WHITE) < READABLE + 0.15
    red, green, blue = (int(suggestion[at : at + 2], 16) for at in (1, 3, 5))
    assert green > blue > red


@given(colours)
def test_mixing_ends_where_it_says(colour: str) -> None:
    assert mix(colour, WHITE, 0) == colour
    assert mix(colour, WHITE, 1) == WHITE


@given(colours)
def test_text_is_put_in_the_better_of_two(colour: str) -> None:
    assert contrast(on(colour), colour) >= max(contrast(WHITE, colour), contrast(INK, colour))
