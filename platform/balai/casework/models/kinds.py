"""The words that cases and categories are described with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Visibility(models.TextChoices):
    """Who sees what. Anonymous hides who reported from the agency and the public, secret hides the whole case."""

    PUBLIC = "public", _("public")
    ANONYMOUS = "anonymous", _("anonymous")
    SECRET = "secret", _("secret")


SHOWN_TO_ALL = (Visibility.PUBLIC, Visibility.ANONYMOUS)


class Channel(models.TextChoices):
    """How a case came in. A city has a dozen channels and one log."""

    WEB = "web", _("portal")
    APP = "app", _("mobile app")
    WALK_IN = "walk_in", _("service desk")
    DISTRICT = "district", _("kelurahan or kecamatan office")
    CALL_112 = "call_112", _("call to 112")
    PHONE = "phone", _("telephone")
    LETTER = "letter", _("letter")
    MUSRENBANG = "musrenbang", _("Musrenbang")
    WHATSAPP = "whatsapp", "WhatsApp"
    TELEGRAM = "telegram", "Telegram"
    SMS = "sms", "SMS"
    EMAIL = "email", _("mail")
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    X = "x", "X"


class PlaceSource(models.TextChoices):
    """How the place of a case is known."""

    GPS = "gps", _("position of the phone")
    PIN = "pin", _("pin on the map")
    AREA = "area", _("kelurahan and landmark")
    ASSET = "asset", _("register of assets")


class Classification(models.TextChoices):
    """What a resident brings (SP4N-LAPOR!)."""

    COMPLAINT = "complaint", _("complaint")
    ASPIRATION = "aspiration", _("aspiration")
    INFORMATION_REQUEST = "information_request", _("request for information")


class Severity(models.TextChoices):
    """How much harm the matter does (RABEG: ringan, sedang, berat)."""

    LIGHT = "light", _("light")
    MODERATE = "moderate", _("moderate")
    HEAVY = "heavy", _("heavy")
