"""People around a case who are not its reporter's account: who stands behind it, whom to tell, who was shown a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from balai.accounts.encryption import EncryptedTextField
from balai.casework.models.case import Case

PERSON = settings.AUTH_USER_MODEL


class Supporter(models.Model):
    """Someone who has the same concern and joined the case instead of reporting it again: a person, or a visitor by the
    digest of their session (see guests.Guest)."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="supporters", verbose_name=_("case"))
    user = models.ForeignKey(PERSON, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False)
    session = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("supporter")
        verbose_name_plural = _("supporters")
        ordering = ["pk"]
        indexes = [models.Index(fields=["user", "-at"], condition=Q(user__isnull=False), name="supporter_user")]
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], condition=Q(session=""), name="supporter_user_once"),
            models.UniqueConstraint(fields=["case", "session"], condition=~Q(session=""), name="supporter_guest_once"),
            models.CheckConstraint(
                name="supporter_person_or_guest",
                condition=Q(user__isnull=False, session="") | (Q(user=None) & ~Q(session="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.pk}"


class Contact(models.Model):
    """How to reach a resident for whom staff entered a case. Encrypted; used to tell them, and erased afterwards."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="contact", verbose_name=_("case"))
    name = EncryptedTextField(_("name"), blank=True)
    phone = EncryptedTextField(_("phone"), blank=True)
    email = EncryptedTextField(_("mail address"), blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("contact of a resident")
        verbose_name_plural = _("contacts of residents")

    def __str__(self) -> str:
        return str(self.case_id)


class Reveal(models.Model):
    """The reporter's identity was shown to one member of staff, for a reason and for a while."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="reveals", verbose_name=_("case"))
    actor = models.ForeignKey(PERSON, models.DO_NOTHING, related_name="+", db_constraint=False)
    reason = models.TextField(_("reason"))
    at = models.DateTimeField(_("at"), default=timezone.now)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("identity shown")
        verbose_name_plural = _("identities shown")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["case", "actor", "-until"], name="reveal_of_case")]
        constraints = [models.CheckConstraint(name="reveal_ends", condition=Q(until__gt=F("at")))]

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%Y-%m-%d}"
