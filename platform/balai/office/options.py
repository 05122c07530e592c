"""A form for the options of a module, made from its options dataclass.

A field of the dataclass may say more about itself in its metadata: `label`, `help`, `choices` (pairs), `min`, `max`::

    @dataclass(frozen=True)
    class SiaranOptions:
        photos_required: int = field(default=1, metadata={"label": _("Photos that a report needs"), "min": 0})
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from balai.modules import CityModule


def options_form(config: CityModule, stored: Any, data: Any = None) -> forms.Form:
    """The bound or unbound form of the module's options; `stored` is an instance of its options dataclass.

    Raises ImproperlyConfigured for an option whose type has no field.
    """
    fields: dict[str, Any] = {field.name: form_field(config, field) for field in dataclasses.fields(config.options)}
    form_class = type("OptionsForm", (forms.Form,), fields)
    form: forms.Form = form_class(data, initial=dataclasses.asdict(stored))
    return form


def form_field(config: CityModule, field: dataclasses.Field[Any]) -> forms.Field:
    about = field.metadata
    default = getattr(config.options(), field.name)
    common: dict[str, Any] = {
        "label": about.get("label") or capfirst(field.name.replace("_", " ")),
        "help_text": about.get("help", ""),
        "required": not isinstance(default, bool | str),
    }
    limits = {f"{edge}_value": about[edge] for edge in ("min", "max") if edge in about}
    if "choices" in about:
        as_before: Callable[[Any], Any] = type(default)
        return forms.TypedChoiceField(choices=about["choices"], coerce=as_before, **{**common, "required": True})
    # bool before int: a bool is an int.
    if isinstance(default, bool):
        return forms.BooleanField(**common)
    if isinstance(default, int):
        return forms.IntegerField(**common, **limits)
    if isinstance(default, float):
        return forms.FloatField(**common, **limits)
    if isinstance(default, str):
        return forms.CharField(max_length=about.get("max", 500), **common)
    if isinstance(default, list):
        return LinesField(**{**common, "required": False})
    raise ImproperlyConfigured(f"{config.label}.{field.name}: no form field for {type(default).__name__}")


class LinesField(forms.CharField):
    """A list of texts, one per line."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = kwargs.get("help_text") or _("One per line.")
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]
