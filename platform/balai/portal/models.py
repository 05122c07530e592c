"""What a city changes about its look. One row per schema; an empty field means: as the theme folder says."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.validators import FileExtensionValidator, RegexValidator
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from balai.portal import colour

LOGO_BYTES = 512 * 1024
LOGO_PIXELS = 2000

hex_colour = RegexValidator(r"^#[0-9A-Fa-f]{6}\Z", _("Write the colour as # and six digits, like #0b5cad."))


def small_picture(logo: File[bytes]) -> None:
    """Raises ValidationError for a logo that would make every page heavy."""
    if logo.size > LOGO_BYTES:
        raise ValidationError(_("The logo is larger than 512 kB. Save it smaller and try again."))
    width, height = getattr(logo, "width", 0) or 0, getattr(logo, "height", 0) or 0
    if max(width, height) > LOGO_PIXELS:
        raise ValidationError(_("The logo is wider or higher than 2,000 pixels. Save it smaller and try again."))


class Theme(models.Model):
    """The city's own colours, type, logo and tagline, on top of its theme folder (`City.theme`)."""

    class Font(models.TextChoices):
        JAKARTA = "jakarta", _("Plus Jakarta Sans: friendly and clear")
        FIGTREE = "figtree", _("Figtree: round and light")
        LORA = "lora", _("Lora: headings with tradition")
        SYSTEM = "sistem", _("The phone's own type: nothing to load")

    class HeaderStyle(models.TextChoices):
        LIGHT = "terang", _("White, with the logo in colour")
        COLOUR = "warna", _("In the city's colour")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    tagline = models.CharField(
        _("tagline"), max_length=90, blank=True, help_text=_("A few words under the city's name.")
    )
    logo = models.ImageField(
        _("logo"),
        upload_to="tema",
        blank=True,
        validators=[FileExtensionValidator(["png", "jpg", "jpeg", "webp"]), small_picture],
        help_text=_("PNG, JPEG or WebP, square, best 512 × 512 pixels with a transparent ground; at most 512 kB."),
    )
    primary = models.CharField(
        _("main colour"),
        max_length=7,
        blank=True,
        validators=[hex_colour],
        help_text=_("For buttons, links and the top of the home page. White text must be readable on it."),
    )
    accent = models.CharField(
        _("second colour"),
        max_length=7,
        blank=True,
        validators=[hex_colour],
        help_text=_("For the big report button. Not red: red means that an answer is late."),
    )
    font = models.CharField(_("type"), max_length=10, blank=True, choices=Font)
    header_style = models.CharField(_("header"), max_length=10, blank=True, choices=HeaderStyle)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("look")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="theme_one_row")]

    def __str__(self) -> str:
        return str(_("The city's look"))

    def clean(self) -> None:
        """Refuses colours on which text could not be read; the message names the nearest one that can."""
        super().clean()
        faults: dict[str, ValidationError] = {}
        if colour.HEX.fullmatch(self.primary):
            # It carries white text and is itself the text colour of links on paper, which is the harder of the two.
            ratio = colour.contrast(self.primary, colour.PAPER)
            if ratio < colour.READABLE:
                suggestion = colour.nearest_readable(self.primary, colour.PAPER)
                faults["primary"] = _unreadable(_("White text on this colour is hard to read"), ratio, suggestion)
        if colour.HEX.fullmatch(self.accent):
            text = colour.on(self.accent)
            ratio = colour.contrast(self.accent, text)
            if ratio < colour.READABLE:
                suggestion = colour.nearest_readable(self.accent, text)
                faults["accent"] = _unreadable(
                    _("Neither white nor black text is readable on this colour"), ratio, suggestion
                )
        if faults:
            raise ValidationError(faults)


def _unreadable(reason: Any, ratio: float, suggestion: str) -> ValidationError:
    return ValidationError(
        _(
            "%(reason)s: the contrast is %(ratio)s to 1 and must be at least 4.5 to 1. "
            "The nearest colour that passes is %(suggestion)s."
        ),
        code="contrast",
        # Cut, not rounded: 4.497 must not read as "4.5".
        params={"reason": reason, "ratio": number_format(int(ratio * 100) / 100, 2), "suggestion": suggestion},
    )
