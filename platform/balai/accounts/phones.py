"""Phone numbers as people write them, and as they are stored (E.164)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import phonenumbers
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumberType

NOT_FOR_SMS = {PhoneNumberType.FIXED_LINE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.TOLL_FREE}


def normalise(text: str) -> str:
    """The number as E.164: "0812-3456-7890" and "62 812 3456 7890" become "+6281234567890".

    Numbers without a country code belong to the first of settings.PHONE_REGIONS; numbers of other regions than these
    are refused, because messages to them cost money and invite fraud. Raises ValidationError.
    """
    number = next(filter(_takes_messages, _readings(text)), None)
    if number is None:
        raise ValidationError(_("Enter the number of a mobile phone, like 0812 3456 7890."), code="invalid")
    if phonenumbers.region_code_for_number(number) not in settings.PHONE_REGIONS:
        raise ValidationError(_("Numbers of this country cannot be used. Use your email address."), code="region")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _readings(text: str) -> Iterator[phonenumbers.PhoneNumber]:
    # Many write the country code without its plus.
    for candidate in (text, f"+{text.strip()}"):
        with suppress(NumberParseException):
            yield phonenumbers.parse(candidate, settings.PHONE_REGIONS[0])


def _takes_messages(number: phonenumbers.PhoneNumber) -> bool:
    return phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in NOT_FOR_SMS
