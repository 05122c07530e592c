"""Following a report, and subscribing to an area."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms as django_forms
from django.urls import reverse
from django.utils.translation import gettext_lazy

from apps.siaran import following_forms as forms
from apps.siaran.public_views import grouped
from apps.siaran.views import ReportAction
from balai.portal.views import OperationFormView


class Follow(ReportAction):
    """The button on a report's page."""

    mutation = "follow_report"
    form_class: ClassVar[type[django_forms.Form]] = forms.FollowForm
    form_name = "follow_form"
    success_message = gettext_lazy("Your choice is kept.")

    def get_success_url(self, payload: dict[str, Any]) -> str:
        return reverse(self.success_page, args=[self.kwargs["number"]])


class Subscriptions(OperationFormView):
    """The visitor's subscriptions, and a form for one more."""

    document = "subscriptions"
    mutation = "subscribe_area"
    form_class = forms.SubscriptionForm
    template_name = "siaran/subscriptions.html"
    login_required = True
    success_message = gettext_lazy("You will hear of new and finished reports there.")

    def get_form(self, answer: dict[str, Any], **kwargs: Any) -> django_forms.Form:
        form = super().get_form(answer, **kwargs)
        assert isinstance(form, forms.SubscriptionForm)
        city = [area for area in answer["areas"] if area["level"] == "CITY"]
        form.offer(city, grouped(answer["areas"]), answer["siaran"]["categories"])
        return form

    def get_success_url(self, payload: dict[str, Any]) -> str:
        return reverse("siaran:subscriptions")


class Unsubscribe(Subscriptions):
    """Ends one subscription."""

    mutation = "unsubscribe_area"
    form_class = forms.UnsubscribeForm  # type: ignore[assignment]
    success_message = gettext_lazy("The subscription has ended.")

    def get_form(self, answer: dict[str, Any], **kwargs: Any) -> django_forms.Form:
        return OperationFormView.get_form(self, answer, **kwargs)
