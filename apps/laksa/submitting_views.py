"""The pages on which residents send an aspiration: the form with what is alike, drafts, the receipt, one's own."""

from __future__ import annotations

import time
import uuid
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from apps.laksa import forms
from apps.laksa.cards import aspiration_card
from apps.laksa.views import OneAspiration
from balai.casework import portal_views, visitors
from balai.casework.queries import options_of
from balai.casework.shown import map_settings, when
from balai.portal.operation_form_view import KEY_FIELD, plain
from balai.portal.operation_view import run, shipped_document
from balai.portal.queue import from_queue
from balai.portal.views import OperationFormView, OperationView
from tenants.current import current_city

CODES_KEPT = "laksa.codes"
CODE_SHOWN_SECONDS = 15 * 60
SAVE = "simpan"
"""The name of the button that keeps a draft instead of sending."""
DRAFTED = ("title", "text", "topic", "village", "landmark")


class Submit(OperationFormView):
    """The form of an aspiration. Everything works without JavaScript and without a map."""

    document = "form"
    mutation = "submit_aspiration"
    form_class = forms.AspirationForm
    template_name = "laksa/submit.html"
    code = emergency_phone = ""
    alike: list[dict[str, Any]] = []
    draft: ClassVar[dict[str, Any]] = {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and not options_of("laksa").guests:
            return self.to_sign_in()
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, answer: dict[str, Any], **kwargs: Any) -> django_forms.Form:
        form = super().get_form(answer, **kwargs)
        assert isinstance(form, forms.AspirationForm)
        form.offer(answer["laksa"]["topics"], answer["areas"])
        return form

    def get_initial(self, answer: dict[str, Any]) -> dict[str, Any]:
        topic = {"topic": self.request.GET.get("topik", "")[:60]}
        draft = self.get_draft()
        if draft is None:
            return topic
        given = {name: value for name, value in draft.items() if value not in (None, "")}
        return {**topic, **given, KEY_FIELD: draft["key"]}

    def get_draft(self) -> dict[str, Any] | None:
        """The draft of one's own with the key `draf` of the address."""
        wanted = self.request.GET.get("draf", "")
        if not wanted or not self.request.user.is_authenticated:
            return None
        result = run(shipped_document("laksa/drafts", Submit), {}, self.request)
        drafts = result.data["laksa"]["myDrafts"] if result.data else []
        return next((draft for draft in drafts if draft["key"] == wanted), None)

    def get_mutation_variables(self, form: django_forms.Form, **kwargs: Any) -> dict[str, Any]:
        found = super().get_mutation_variables(form, **kwargs)
        # Public is what the form offers first: where the topic is more careful, its own holds.
        return found | {
            "visibility": careful(form.cleaned_data["visibility"]),
            # What waited on the phone for a network is sent by itself: nobody is there to compare.
            "unlessAlike": not (form.cleaned_data["looked"] or from_queue(self.request)),
        }

    def look_at(self, form: django_forms.Form, payload: dict[str, Any]) -> None:
        self.code = payload.get("code") or ""
        self.emergency_phone = payload.get("emergencyPhone") or ""
        self.alike = [aspiration_card(node) for node in payload.get("alike") or []]
        if self.alike:
            form.add_error(None, _("Others have said something alike. Please look at it below."))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if SAVE in request.POST:
            return self.keep(**kwargs)
        response = super().post(request, **kwargs)
        if self.code:
            visitors.remember(request, response, self.code)
        return response

    def keep(self, **kwargs: Any) -> HttpResponseBase:
        """Keeps what was typed as a draft, whatever is still missing or wrong."""
        if not self.request.user.is_authenticated:
            return self.to_sign_in()
        data = self.answer(**kwargs)
        form = self.with_key(self.get_form(data, data=self.request.POST, files=self.request.FILES))
        assert isinstance(form, forms.AspirationForm)
        form.is_valid()
        cleaned = form.cleaned_data
        key = cleaned.get(KEY_FIELD) or uuid.uuid4()
        typed = {name: self.request.POST.get(name, "").replace("\0", "") for name in DRAFTED}
        chosen = {name: cleaned.get(name) or None for name in ("kind", "visibility")}
        place = {name: cleaned.get(name) for name in ("lat", "lon")}
        result = run(
            shipped_document("laksa/save_draft", Submit), {"key": plain(key), **typed, **chosen, **place}, self.request
        )
        payload = (result.data or {}).get("laksaSaveDraft") or {}
        faults = [error.message for error in result.errors or []]
        faults += [fault["message"] for fault in payload.get("errors") or []]
        if faults:
            form.errors.clear()
            for fault in faults:
                form.add_error(None, fault)
            return self.refuse(data, form)
        messages.success(self.request, _("Your draft is kept on your account. Photos and documents are not in it."))
        return HttpResponse(status=303, headers={"Location": reverse("laksa:mine") + "?tampil=draf"})

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        return {
            "emergency_phone": self.emergency_phone,
            "map": map_settings(current_city()),
            "place_url": reverse("laksa:place") + "?lat={lat}&lon={lon}",
        }

    def get_success_url(self, payload: dict[str, Any]) -> str:
        number = payload["aspiration"]["number"]
        if self.code:
            self.request.session[CODES_KEPT] = {number: [self.code, int(time.time())]}
        return reverse("laksa:sent", args=[number])

    def show(self, data: dict[str, Any], status: int = 200, **context: Any) -> HttpResponse:
        form = context["form"]
        if form.is_bound and self.alike:
            # What is shown now has been compared when the form comes back.
            form.data = form.data.copy()
            form.data["looked"] = "1"
        return super().show(data, status, **{**context, "alike": self.alike})


def careful(visibility: str) -> str | None:
    """What is more careful than public; None leaves it to the topic."""
    return visibility if visibility in ("ANONYMOUS", "SECRET") else None


@method_decorator(csrf_exempt, name="dispatch")  # it changes nothing
class Alike(OperationView):
    """Aspirations that say much the same, put into the form. By POST: what somebody writes belongs in no log."""

    document = "alike"
    template_name = "laksa/alike.html"
    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest) -> HttpResponseBase:
        return self.show(self.answer())

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {name: request.POST.get(name, "")[:2000] for name in ("title", "text")}

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        return {"alike": [aspiration_card(node) for node in data["laksa"]["alike"]]}


class Sent(OneAspiration):
    """Tells the author that the aspiration has arrived, and its number; a guest also the tracking code."""

    template_name = "laksa/sent.html"

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        found = data["laksa"]["aspiration"]
        if not found["case"]["mine"]:
            raise Http404("somebody else's receipt")
        code, at = self.request.session.get(CODES_KEPT, {}).get(found["number"], ("", 0))
        return super().get_context(data) | {"code": code if time.time() - at < CODE_SHOWN_SECONDS else ""}


class Track(portal_views.Track):
    """Leads to an aspiration by its number, and by its tracking code."""

    mutation, claim, held_document = "open_aspiration", "claim_aspiration", "guest_aspirations"
    page_document, page_name, payload_field = "aspiration", "laksa:aspiration", "aspiration"
    form_class = forms.TrackAspirationForm
    template_name = "laksa/track.html"

    def held(self, data: dict[str, Any]) -> list[dict[str, Any]]:
        return [aspiration_card(node) for node in data["laksa"]["guestAspirations"]]


@require_POST
def forget_aspirations(request: HttpRequest) -> HttpResponse:
    """Forgets the guest's aspirations on this device."""
    return portal_views.forgotten(request, "laksa:track", CODES_KEPT)


@require_safe
def place(request: HttpRequest) -> HttpResponse:
    """Names what the pin of the form stands on."""
    return portal_views.name_place(request)


class Mine(OperationView):
    """The visitor's own aspirations, those supported and followed, and drafts."""

    document = "mine"
    template_name = "laksa/mine.html"
    login_required = True
    TABS: ClassVar[dict[str, str]] = {"": "own", "dukungan": "supported", "ikut": "followed", "draf": "drafts"}
    FIELDS: ClassVar[dict[str, str]] = {"": "myAspirations", "dukungan": "mySupported", "ikut": "myFollowed"}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and request.COOKIES.get(visitors.COOKIE):
            # A guest has aspirations too: those that this device remembers.
            return HttpResponseRedirect(reverse("laksa:track"))
        return super().dispatch(request, *args, **kwargs)

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        wanted = request.GET.get("tampil", "")
        self.tab = wanted if wanted in self.TABS else ""
        chosen = {name: word == self.tab for word, name in self.TABS.items()}
        return {**chosen, "after": request.GET.get("setelah") or None}

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        answer, page = data["laksa"], reverse("laksa:mine")
        tabs = [
            {"name": name, "url": f"{page}?tampil={word}" if word else page, "current": word == self.tab}
            for word, name in (
                ("", _("My aspirations")),
                ("dukungan", _("Supported")),
                ("ikut", _("Followed")),
                ("draf", _("Drafts")),
            )
        ]
        if self.tab == "draf":
            submit = reverse("laksa:submit")
            drafts = [
                {**draft, "when": when(draft["savedAt"]), "url": f"{submit}?draf={draft['key']}"}
                for draft in answer["myDrafts"]
            ]
            return {"tabs": tabs, "tab": self.tab, "drafts": drafts}
        listed = answer[self.FIELDS[self.tab]]
        info = listed["pageInfo"]
        query = {"tampil": self.tab, "setelah": info["endCursor"]}
        return {
            "tabs": tabs,
            "tab": self.tab,
            "aspirations": [aspiration_card(node) for node in listed["nodes"]],
            "next_url": f"{page}?{urlencode(query)}" if info["hasNextPage"] else "",
        }


class DropDraftForm(django_forms.Form):
    """Which draft to throw away."""

    form_key = django_forms.UUIDField(widget=django_forms.HiddenInput)


class DropDraft(OperationFormView):
    """Throws a draft away."""

    mutation = "drop_draft"
    form_class = DropDraftForm
    template_name = "laksa/mine.html"
    login_required = True
    success_message = gettext_lazy("The draft is gone.")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        return HttpResponseRedirect(self.get_success_url({}))

    def refuse(self, data: dict[str, Any], form: django_forms.Form) -> HttpResponseBase:
        return HttpResponseRedirect(self.get_success_url({}))

    def get_success_url(self, payload: dict[str, Any]) -> str:
        return reverse("laksa:mine") + "?tampil=draf"
