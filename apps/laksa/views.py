"""The pages of one aspiration: what it says, what became of it, and what residents do with it."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from apps.laksa import forms
from apps.laksa.cards import aspiration_page, comment
from balai.casework import numbers
from balai.casework.portal_forms import MessageForm, keyed
from balai.casework.queries import number_prefix
from balai.casework.visitors import COOKIE
from balai.portal.views import OperationFormView, OperationView


class OneAspiration(OperationView):
    """Base of the pages that show one aspiration."""

    document = "aspiration"
    template_name = "laksa/aspiration.html"

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"number": kwargs["number"], "after": request.GET.get("setelah") or None}

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        answer = data["laksa"]
        found, info = aspiration_page(answer["aspiration"]), answer["comments"]["pageInfo"]
        page = reverse("laksa:aspiration", args=[found["number"]])
        return {
            "aspiration": found,
            "updates": [comment(node) for node in answer["updates"]["nodes"]],
            # News of the author is told apart from what others say.
            "said": found["comments"] - sum(node["state"] == "SHOWN" for node in answer["updates"]["nodes"]),
            "comments": [comment(node) for node in answer["comments"]["nodes"]],
            "next_url": f"{page}?{urlencode({'setelah': info['endCursor']})}#komentar" if info["hasNextPage"] else "",
            "page_url": page,
            "comment_form": keyed(forms.CommentForm(), "comment"),
            "update_form": keyed(forms.UpdateForm(), "update"),
            "appeal_form": keyed(forms.AppealForm(), "appeal"),
            "message_form": keyed(MessageForm(), "message"),
            "rating_form": keyed(forms.RateAspirationForm(), "rating"),
            "rewrite_form": keyed(rewrite_form(found), "rewrite"),
        }

    def show(self, data: dict[str, Any], status: int = 200, **context: Any) -> HttpResponse:
        response = super().show(data, status, **context)
        if COOKIE in self.request.COOKIES:
            # A guest's page is theirs as much as an account's is.
            response["Cache-Control"] = "private, no-store"
        return response


def rewrite_form(found: dict[str, Any]) -> django_forms.Form:
    """The form with the words as they are; new photos are taken where the city has asked for changes."""
    form = forms.RewriteForm(initial={"title": found["title"], "text": found["text"]})
    if "resend" not in found["moves"]:
        del form.fields["photos"]
    return form


class Aspiration(OneAspiration):
    """An aspiration's public page; its author rates, writes and appeals here."""


class AspirationAction(OneAspiration, OperationFormView):
    """Base of the forms on an aspiration's page. `form_name` is what the template calls the form."""

    form_name = "form"
    login_required = True
    anchor = ""

    def get_form(self, answer: dict[str, Any], **kwargs: Any) -> django_forms.Form:
        form = super().get_form(answer, **kwargs)
        if self.form_name != "form":
            form.auto_id = f"{self.form_name.removesuffix('_form')}_%s"
        return form

    def get_success_url(self, payload: dict[str, Any]) -> str:
        return reverse("laksa:aspiration", args=[self.kwargs["number"]]) + self.anchor

    def show(self, data: dict[str, Any], status: int = 200, **context: Any) -> HttpResponse:
        return super().show(data, status, **{**context, self.form_name: context["form"]})


class Support(AspirationAction):
    mutation = "support"
    form_class = forms.NoFields
    success_message = gettext_lazy("You support this aspiration. Its news come to you too.")


class Withdraw(AspirationAction):
    mutation = "withdraw"
    form_class = forms.NoFields
    success_message = gettext_lazy("You do not support this aspiration any more.")


@require_POST
def support_chosen(request: HttpRequest) -> HttpResponseBase:
    """Supports the one that was chosen among those alike, instead of sending the same once more."""
    number = numbers.parse(request.POST.get("number", "")[:40], number_prefix())
    if number is None:
        raise Http404("no number")
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("laksa:support", args=[number]), reverse("account_login"))
    response: HttpResponseBase = Support.as_view()(request, number=number)
    return response


class Follow(AspirationAction):
    mutation = "follow"
    form_class = forms.FollowForm

    def get_success_url(self, payload: dict[str, Any]) -> str:
        told = _("You will be told when something happens.") if payload["following"] else _("You do not follow it now.")
        messages.success(self.request, told)
        return super().get_success_url(payload)


class Comment(AspirationAction):
    mutation = "add_comment"
    form_class: ClassVar[type[django_forms.Form]] = forms.CommentForm
    form_name = "comment_form"
    anchor = "#komentar"

    def get_success_url(self, payload: dict[str, Any]) -> str:
        if payload["comment"]["state"] == "HELD":
            messages.info(self.request, _("Thank you. Your words wait for review before others see them."))
        else:
            messages.success(self.request, _("Thank you. Your words stand below."))
        return super().get_success_url(payload)


class Update(Comment):
    form_class = forms.UpdateForm
    form_name = "update_form"
    anchor = "#kabar"

    def get_mutation_variables(self, form: django_forms.Form, **kwargs: Any) -> dict[str, Any]:
        return super().get_mutation_variables(form, **kwargs) | {"update": True}


class RemoveComment(AspirationAction):
    mutation = "remove_comment"
    form_class = forms.NoFields
    anchor = "#komentar"
    success_message = gettext_lazy("Your comment is removed.")


class ReportComment(AspirationAction):
    """Asks what is wrong with a comment."""

    mutation = "report_comment"
    form_class = forms.ReportCommentForm
    template_name = "laksa/report_comment.html"
    anchor = "#komentar"
    success_message = gettext_lazy("Thank you. The moderators will look at this comment.")


class Appeal(AspirationAction):
    login_required = False
    mutation = "appeal"
    form_class = forms.AppealForm
    form_name = "appeal_form"
    success_message = gettext_lazy("Your appeal has been sent. Somebody else looks at it again.")


class Rewrite(AspirationAction):
    login_required = False
    mutation = "rewrite"
    form_class = forms.RewriteForm
    form_name = "rewrite_form"
    success_message = gettext_lazy("Your aspiration is corrected.")


class Message(AspirationAction):
    login_required = False
    mutation = "add_message"
    form_class = MessageForm
    form_name = "message_form"
    success_message = gettext_lazy("Your message has been sent.")


class Rate(AspirationAction):
    login_required = False
    mutation = "rate"
    form_class = forms.RateAspirationForm
    form_name = "rating_form"
    success_message = gettext_lazy("Thank you for your rating.")
