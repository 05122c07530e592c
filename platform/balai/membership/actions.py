"""Writes about who works in a city (or on the hub): always in the current schema, always recorded."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Task,
    Workflow,
)

from balai.accounts.actions import create_account, find_account
from balai.accounts.models import User
from balai.audit.actions import record
from balai.membership.groups import ADMINISTRATORS, DEFAULT_GROUPS, EDITORS, MODULES, NEVER, Grant
from balai.membership.models import Membership, UserGroup, UserPermission
from balai.membership.queries import administrators
from balai.modules import modules
from balai.notifications.actions import notify
from tenants.current import in_city
from tenants.models import City


# -- members -----------------------------------------------------------------------------------------------------------
def add_member(
    *, actor: User | None, identifier: str, name: str = "", groups: Iterable[Group] = (), invite: bool = True
) -> User:
    """Makes a person staff of the current city by email address or phone number and writes to them.

    An account that exists is joined as it is; otherwise one is made, with `name`. Raises ValidationError, also where
    the person is a member already.
    """
    identifier, groups = identifier.strip(), list(groups)
    with transaction.atomic():
        user = find_account(identifier)
        if user is None:
            if not name.strip():
                raise ValidationError(
                    {"name": _("There is no account yet with this address: enter the person's name.")}
                )
            user = create_account(name=name.strip(), identifier=identifier)
        elif not user.is_active:
            raise ValidationError({"identifier": _("This account is closed.")})
        elif not _has_proved(user, identifier) and _opens_otherwise(user):
            # Anybody may enter anybody's address; here it would be somebody else who gets the rights.
            raise ValidationError(
                {"identifier": _("The person has not confirmed this address or number yet and has to do so first.")}
            )
        if Membership.objects.filter(user=user).exists():
            raise ValidationError({"identifier": _("This person is a member already.")})
        Membership.objects.create(user=user)
        forget_rights(user)
        _set_groups(user, groups)
        record("membership.added", user, actor=actor, groups=sorted(group.name for group in groups))
        if invite:
            # Not proved yet for an account made just now: then what the actor entered.
            channel, address = user.reachable_at() or (("mail", user.email) if user.email else ("sms", user.phone))
            notify(template="membership/invitation", to=user, address=address or "", channel=channel)
    return user


def _has_proved(user: User, identifier: str) -> bool:
    """Whether the address or number by which the account was found is known to be the person's."""
    if "@" in identifier:
        return bool(EmailAddress.objects.filter(user=user, email=identifier.lower(), verified=True).exists())
    return user.phone_verified


def _opens_otherwise(user: User) -> bool:
    """Whether somebody can sign in without proving that identifier: by another one, or as they did before."""
    return (
        user.last_login is not None
        or bool(user.email and user.phone)
        or SocialAccount.objects.filter(user=user).exists()
    )


def add_administrator(*, name: str, email: str = "", phone: str = "", actor: User | None = None) -> User:
    """Invites the administrator of the current city, whose groups are made if need be. Raises ValidationError."""
    make_default_groups()
    administrators_group = Group.objects.get(name=ADMINISTRATORS)
    return add_member(actor=actor, identifier=email or phone, name=name, groups=[administrators_group])


def update_member(*, actor: User | None, user: User, groups: Iterable[Group], active: bool) -> None:
    """Sets the groups and whether the membership counts. Raises PermissionDenied for a member above the actor."""
    groups = list(groups)
    with transaction.atomic():
        membership = Membership.objects.select_for_update().get(user=user)
        _refuse_above(actor, membership)
        if actor is not None and actor.pk == user.pk and not active:
            raise ValidationError(_("You cannot end your own membership."))
        before = set(UserGroup.objects.filter(user=user).values_list("group__name", flat=True))
        membership.is_staff = active
        membership.save(update_fields=["is_staff"])
        _set_groups(user, groups)
        after = {group.name for group in groups}
        record(
            "membership.changed",
            user,
            actor=actor,
            active=active,
            added=sorted(after - before),
            removed=sorted(before - after),
        )
    forget_rights(user)


def remove_member(*, actor: User | None, user: User) -> None:
    """Takes every right in the current city away. The account, which other cities know too, stays."""
    with transaction.atomic():
        membership = Membership.objects.select_for_update().get(user=user)
        _refuse_above(actor, membership)
        if actor is not None and actor.pk == user.pk:
            raise ValidationError(_("You cannot end your own membership."))
        for model in (UserGroup, UserPermission):
            model.objects.filter(user=user).delete()
        membership.delete()
        record("membership.removed", user, actor=actor)
    forget_rights(user)


def set_emergency_key(*, actor: User | None, user: User, given: bool) -> None:
    """Gives or takes the emergency key: every right in the current city, past all groups.

    Only its holders may (or the command line, `actor` None). It is recorded, and every administrator is written to.
    """
    with transaction.atomic():
        membership = Membership.objects.select_for_update().get(user=user)
        if membership.is_superuser == given:
            return
        if actor is not None and (not actor.is_superuser or actor.pk == user.pk):
            raise PermissionDenied
        told = {administrator.pk: administrator for administrator in administrators()}
        membership.is_superuser = given
        membership.save(update_fields=["is_superuser"])
        forget_rights(user)
        told |= {administrator.pk: administrator for administrator in administrators()}
        entry = record(f"membership.emergency_key_{'given' if given else 'taken'}", user, actor=actor)
        for administrator in told.values():
            notify(
                template="membership/emergency_key",
                to=administrator,
                context={"person": user, "actor": actor, "given": given},
                dedupe_key=f"emergency_key:{entry.pk}:{administrator.pk}",
            )


def _refuse_above(actor: User | None, membership: Membership) -> None:
    if membership.is_superuser and actor is not None and not actor.is_superuser:
        raise PermissionDenied


def _set_groups(user: User, groups: Iterable[Group]) -> None:
    wanted = {group.pk for group in groups}
    UserGroup.objects.filter(user=user).exclude(group_id__in=wanted).delete()
    UserGroup.objects.bulk_create([UserGroup(user=user, group_id=pk) for pk in wanted], ignore_conflicts=True)


def forget_rights(user: User) -> None:
    """Drops what the object remembers about the person's rights."""
    user.__dict__.pop("_per_schema", None)


# -- a new city --------------------------------------------------------------------------------------------------------
def prepare_city(city: City) -> None:
    """What a new city needs before its first member signs in. Safe to run again."""
    with in_city(city), transaction.atomic():
        make_default_groups()


def make_default_groups() -> list[Group]:
    """The default groups of the current schema with at least their rights; what a city added to them stays."""
    # Wagtail's own two, under English names.
    Group.objects.filter(name__in=("Editors", "Moderators"), user=None).delete()
    groups = {name: _make_group(name, grant) for name, grant in DEFAULT_GROUPS.items()}
    # Its workflow asked the moderators.
    Workflow.objects.filter(name="Moderators approval").update(name="Persetujuan redaksi")
    for task in GroupApprovalTask.objects.filter(groups=None):
        task.groups.add(groups[EDITORS])
        Task.objects.filter(pk=task.pk, name="Moderators approval").update(name="Persetujuan redaksi")
    return list(groups.values())


def _make_group(name: str, grant: Grant) -> Group:
    group, _created = Group.objects.get_or_create(name=name)
    group.permissions.add(*_permissions(grant))
    if grant.pages:
        root = Page.get_first_root_node()
        codenames = [f"{action}_page" for action in grant.pages]
        for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames):
            GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
        files = Collection.get_first_root_node()
        labels = ("wagtailimages", "wagtaildocs", "wagtailcore")
        for permission in Permission.objects.filter(content_type__app_label__in=labels):
            if permission.codename.partition("_")[2] in ("image", "document", "collection"):
                GroupCollectionPermission.objects.get_or_create(group=group, collection=files, permission=permission)
    return group


def _permissions(grant: Grant) -> list[Permission]:
    actions = dict(grant.models)
    for_modules = actions.pop(MODULES, ())
    if for_modules:
        actions = dict.fromkeys(modules(), for_modules) | actions
    found = [
        permission
        for permission in Permission.objects.filter(content_type__app_label__in=actions).select_related("content_type")
        if permission.codename.split("_")[0] in actions[permission.content_type.app_label]
        and f"{permission.content_type.app_label}.{permission.content_type.model}" not in NEVER
    ]
    if grant.office:
        found += Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    return found
