"""The account page, and what a visitor sees who tried too often."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.logout import logout
from allauth.account.models import EmailAddress
from allauth.core.internal.httpkit import is_headless_request
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from balai.accounts import actions
from balai.accounts.fields import phone_is_offered
from balai.accounts.forms import DeleteAccountForm, ProfileForm
from balai.accounts.models import User


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Name and language, and the ways to everything else about the account."""
    user = request.user
    assert isinstance(user, User)
    initial = {"language": user.language or getattr(request, "LANGUAGE_CODE", "")}
    form = ProfileForm(request.POST or None, instance=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.update_profile(user=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        response: HttpResponse = redirect("account")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=365 * 86400, samesite="Lax")
        return response
    context = {
        "form": form,
        "email": EmailAddress.objects.get_primary_email(user),
        "phone_is_offered": phone_is_offered(),
        "factors": set(Authenticator.objects.filter(user=user).values_list("type", flat=True)),
    }
    return render(request, "accounts/account.html", context)


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete_account(request: HttpRequest) -> HttpResponse:
    """Deletes the account after asking once more."""
    user = request.user
    assert isinstance(user, User)
    form = DeleteAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.request_erasure(user=user)
        logout(request, show_message=False)
        messages.success(request, _("Your account is being deleted. That takes a few minutes."))
        return redirect("/")
    return render(request, "accounts/delete.html", {"form": form})


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "HEAD", "POST"])
def export_account(request: HttpRequest) -> HttpResponse:
    """Asks for a copy of one's data; once it is ready, gives it as a file."""
    user = request.user
    assert isinstance(user, User)
    if request.method == "POST":
        actions.request_export(user=user)
        return redirect("account_export")
    copy = actions.latest_export(user=user)
    if copy is not None and copy.is_finished and "unduh" in request.GET:
        return JsonResponse(
            actions.exported(copy),
            json_dumps_params={"indent": 1, "ensure_ascii": False},
            headers={"Content-Disposition": 'attachment; filename="data.json"'},
        )
    return render(request, "accounts/export.html", {"copy": copy})


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]) -> HttpResponse:
    """Axes' answer to too many wrong passwords from one place for one account."""
    if is_headless_request(request) or request.path.startswith("/_allauth/"):
        return JsonResponse({"status": 429}, status=429)
    return render(request, "accounts/locked.html", {"minutes": settings.AXES_COOLOFF_MINUTES}, status=429)
