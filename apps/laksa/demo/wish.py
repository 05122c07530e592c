"""What a demo city's resident wishes for, and what is to become of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """One aspiration of the demo.

    `age` is in days before now, `plot` is a method of Story that tells what happens, `supporters` how many join its
    author. The words of the city are in `reason` (why it is not taken up, or what has to change), `answer` (the
    official answer of the agency that has it), `second` (that of `other`, another agency that is asked), `programme`
    (of the plan) and `done` (what was made of it). `scene` is drawn for its photo, before and after.
    """

    age: float
    topic: str
    plot: str
    title: str
    text: str
    supporters: int = 0
    kind: str = "aspiration"
    visibility: str = "public"
    reason: str = ""
    answer: str = ""
    second: str = ""
    other: str = ""
    programme: str = ""
    done: str = ""
    scene: str = ""
    paper: str = ""
    """The name of a PDF that its author sends along."""
    news: tuple[str, ...] = ()
    """What its author tells later on."""
    said: tuple[str, ...] = ()
    """Comments that fit this one alone."""
    trouble: str = ""
    """A comment that moderators have to look at: "rude", "unfair" (reported by residents) or "advert"."""
