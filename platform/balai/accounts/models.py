"""Who someone is: one account for every city (public schema). What the person may do is in `balai.membership`."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.sql import Query
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from balai.accounts.encryption import EncryptedTextField
from balai.accounts.per_schema import PerSchema


def _flag(name: str) -> PerSchema:
    def missing(user: Any) -> bool:
        if user.pk is None:
            return False
        membership = apps.get_model("membership", "Membership")
        return bool(membership.objects.filter(user_id=user.pk, **{name: True}).exists())

    return PerSchema(missing)


@cache
def _annotated(model: type[User]) -> Query:
    memberships = apps.get_model("membership", "Membership").objects.filter(user_id=OuterRef("pk"))
    flags = {name: Exists(memberships.filter(**{name: True})) for name in ("is_staff", "is_superuser")}
    return models.QuerySet(model).annotate(**flags).query


class UserManager(BaseUserManager["User"]):
    """Annotates the rights flags of the current schema, because Wagtail filters and orders users by them."""

    def get_queryset(self) -> models.QuerySet[User]:
        users = super().get_queryset()
        # Copied: to build the annotations anew takes longer than to ask the database.
        users.query = _annotated(self.model).clone()
        return users

    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        """A resident's account. Without a password the person signs in with one-time codes."""
        email = self.normalize_email(email).lower() if email else None
        user: User = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        """An account with the emergency key of the current schema."""
        fields.pop("is_superuser", None)
        fields.pop("is_staff", None)
        user = self.create_user(email, password, **fields)
        membership = apps.get_model("membership", "Membership")
        membership.objects.create(user=user, is_staff=True, is_superuser=True)
        user.__dict__.pop("_per_schema", None)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person. `phone` is E.164 ("+628121234567"); email and phone are unique and either may be absent."""

    email = models.EmailField(_("email"), unique=True, null=True, blank=True)
    phone = models.CharField(_("phone number"), max_length=16, unique=True, null=True, blank=True)
    phone_verified = models.BooleanField(default=False)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    # Both live in the schema of a city (or the hub); see UserManager and balai.membership.
    is_superuser = _flag("is_superuser")
    is_staff = _flag("is_staff")
    groups = models.ManyToManyField(  # type: ignore[assignment]
        "auth.Group",
        through="membership.UserGroup",
        blank=True,
        related_name="user_set",
        related_query_name="user",
    )
    user_permissions = models.ManyToManyField(  # type: ignore[assignment]
        "auth.Permission",
        through="membership.UserPermission",
        blank=True,
        related_name="user_set",
        related_query_name="user",
    )

    # What Django and Wagtail remember about a user's rights, per schema.
    _perm_cache = PerSchema()
    _user_perm_cache = PerSchema()
    _group_perm_cache = PerSchema()
    _page_permission_cache = PerSchema()
    _explorable_root_page_cache = PerSchema()
    _collection_permission_cache = PerSchema()
    _site_permission_cache = PerSchema()
    _allowed_content_type_ids = PerSchema()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.get_username() or gettext("deleted account")

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Absent is NULL: two people without an address must not collide as two empty ones.
        self.email, self.phone = self.email or None, self.phone or None
        super().save(*args, **kwargs)

    def get_username(self) -> str:
        return self.email or self.phone or ""

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def reachable_at(self) -> tuple[str, str] | None:
        """Where to write to: ("mail", address) if it was verified, else ("sms", number) likewise, else None."""
        addresses = apps.get_model("account", "EmailAddress").objects
        if self.email and addresses.filter(user_id=self.pk, email=self.email, verified=True).exists():
            return "mail", self.email
        if self.phone and self.phone_verified:
            return "sms", self.phone
        return None

    # Wagtail sorts and searches users by these two.
    @property
    def first_name(self) -> str:
        return self.get_short_name()

    @property
    def last_name(self) -> str:
        return self.name.partition(" ")[2]


class DataRequest(models.Model):
    """A person's wish to have a copy of their data, or to be erased, in every city (UU 27/2022).

    It is done city by city; `steps` is the ledger from which it goes on after a crash.
    """

    class Kind(models.TextChoices):
        EXPORT = "export", _("copy")
        ERASURE = "erasure", _("erasure")

    user = models.ForeignKey(User, models.CASCADE, related_name="data_requests")
    kind = models.CharField(max_length=8, choices=Kind)
    requested_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    steps: models.Manager[DataRequestStep]

    class Meta:
        verbose_name = _("personal data request")
        verbose_name_plural = _("personal data requests")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"], condition=models.Q(finished_at=None), name="one_open_request_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


class DataRequestStep(models.Model):
    """One schema's part of a request. `result` is the copy as JSON; it is forgotten with the request's age."""

    request = models.ForeignKey(DataRequest, models.CASCADE, related_name="steps")
    schema_name = models.CharField(max_length=63)
    place = models.CharField(max_length=120)
    result = EncryptedTextField(blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "schema_name"], name="one_step_per_schema")]
        indexes = [
            models.Index(fields=["schema_name"], condition=models.Q(done_at=None), name="data_request_step_open")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.schema_name}"
