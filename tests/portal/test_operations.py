"""Pages and forms over GraphQL documents."""

from __future__ import annotations

import io
import re
import uuid
from typing import Any, ClassVar

import pytest
from django import forms
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from graphql import GraphQLError

from balai.portal.operation_view import SignInNeeded, raise_for, shipped_document, value_at
from balai.portal.views import OperationFormView, OperationView
from tenants.current import in_city

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return str(response.content.decode())


def all_notes(city: Any) -> list[str]:
    from tests.dummy_module.models import Note

    with in_city(city):
        return list(Note.objects.order_by("pk").values_list("text", flat=True))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]+)"', page)
    assert found, page
    return found[1]


# -- pages -------------------------------------------------------------------------------------------------------------
def test_a_page_shows_its_documents_answer(client_a: Any, city_a: Any) -> None:
    from tests.dummy_module.models import Note

    with in_city(city_a):
        note = Note.objects.create(text="Hello & welcome")
    assert "<h1>Hello &amp; welcome</h1>" in text(client_a.get(f"/dummy/{note.pk}/"))


def test_a_page_of_another_citys_row_is_not_there(client_b: Any, city_a: Any, city_b: Any) -> None:
    from tests.dummy_module.models import Note

    with in_city(city_a):
        note = Note.objects.create(text="of A")
    assert client_b.get(f"/dummy/{note.pk}/").status_code == 404


def test_codes_lead_to_pages() -> None:
    for code, expected in {
        "UNAUTHENTICATED": SignInNeeded,
        "FORBIDDEN": PermissionDenied,
        "NOT_FOUND": Http404,
        "MODULE_OFF": Http404,
        "BAD_CURSOR": BadRequest,
    }.items():
        with pytest.raises(expected):
            raise_for(GraphQLError("x", extensions={"code": code}))
    with pytest.raises(ZeroDivisionError):
        raise_for(GraphQLError("x", original_error=ZeroDivisionError(), extensions={"code": "INTERNAL"}))


def test_values_at_paths() -> None:
    data = {"a": {"b": None}}
    assert value_at(data, "a.b.c") is None
    assert value_at(data, "a") == {"b": None}


def test_a_document_is_found_beside_its_view() -> None:
    class Page(OperationView):
        __module__ = "tests.dummy_module.views"

    assert "DummyNote(" in shipped_document("note", Page).text


def test_login_required_leads_back(rf: Any, in_city_a: Any) -> None:
    from django.contrib.auth.models import AnonymousUser

    class Page(OperationView):
        document = "dummy/note"
        template_name = "dummy/note.html"
        login_required = True

    request = rf.get("/dummy/1/?x=1")
    request.user = AnonymousUser()
    response = Page.as_view()(request)
    assert response.status_code == 302
    assert response.headers["Location"].endswith("?next=/dummy/1/%3Fx%3D1")


def test_a_page_for_someone_is_not_kept_by_the_phone(client_a: Any, city_a: Any, sign_in: Any) -> None:
    from balai.accounts.models import User

    assert "Cache-Control" not in client_a.get("/dummy/").headers
    sign_in(client_a, User.objects.create_user("w@example.id", "rahasia-sekali", name="Wati"), city_a)
    assert client_a.get("/dummy/").headers["Cache-Control"] == "private, no-store"


# -- forms -------------------------------------------------------------------------------------------------------------
def test_a_form_becomes_a_mutation(client_a: Any, city_a: Any) -> None:
    page = text(client_a.get("/dummy/tulis/"))
    response = client_a.post("/dummy/tulis/", {"text": "Hello", "form_key": hidden(page, "form_key")})
    assert response.status_code == 303
    assert all_notes(city_a) == ["Hello"]
    shown = client_a.get(response.headers["Location"])
    assert "Hello" in text(shown)
    assert "Thank you for your note." in text(shown)


def test_mistakes_stand_at_their_field_with_the_words_kept(client_a: Any, city_a: Any) -> None:
    key = str(uuid.uuid4())
    response = client_a.post("/dummy/tulis/", {"text": "x" * 201, "form_key": key})
    assert response.status_code == 422
    page = text(response)
    assert "At most 200 characters." in page
    assert "x" * 201 in page
    assert hidden(page, "form_key") == key, "the same key, so that a second try is still the same form"
    assert 'href="#id_text"' in page
    assert all_notes(city_a) == []
    assert "Please be kind." in text(client_a.post("/dummy/tulis/", {"text": "quarrel"}))


def test_a_double_submit_makes_one(client_a: Any, city_a: Any) -> None:
    sent = {"text": "Once", "form_key": str(uuid.uuid4())}
    first, second = (client_a.post("/dummy/tulis/", sent) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert all_notes(city_a) == ["Once"]


@pytest.mark.parametrize("key", ["", "nonsense", "\0", "x" * 10_000])
def test_a_bad_key_is_a_mistake_or_nothing(client_a: Any, key: str) -> None:
    assert client_a.post("/dummy/tulis/", {"text": "Hello", "form_key": key}).status_code in (303, 422)


def test_nul_characters_are_a_mistake(client_a: Any) -> None:
    assert client_a.post("/dummy/tulis/", {"text": "a\0b"}).status_code == 422


# -- photos ------------------------------------------------------------------------------------------------------------
class PhotoForm(forms.Form):
    from balai.portal.forms import PhotosField

    text = forms.CharField()
    photos = PhotosField(most=2)


class PhotoPage(OperationFormView):
    mutation = "dummy/add_note"
    form_class = PhotoForm
    template_name = "dummy/add.html"
    taken: ClassVar[list[Any]] = []

    def get_mutation_variables(self, form: forms.Form, **kwargs: Any) -> dict[str, Any]:
        type(self).taken.append(form.cleaned_data["photos"])
        return super().get_mutation_variables(form, **kwargs)


def picture(colour: str = "red", name: str = "a.png") -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    body = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(body, "PNG")
    return SimpleUploadedFile(name, body.getvalue(), "image/png")


@pytest.fixture
def send(in_city_a: Any, rf: Any) -> Any:
    """send(data) → the response of PhotoPage, with one visitor's session."""
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session.create()
    PhotoPage.taken.clear()

    def send(data: dict[str, Any], visitor: Any = session) -> Any:
        request = rf.post("/", data)
        request.user, request.session, request.tenant = AnonymousUser(), visitor, in_city_a
        request._messages = CookieStorage(request)
        request._dont_enforce_csrf_checks = True
        return PhotoPage.as_view()(request)

    return send


def kept(page: str) -> list[str]:
    return re.findall(r'name="photos_kept" value="([0-9a-f-]{36})"', page)


def test_photos_survive_a_mistake(send: Any) -> None:
    first = send({"text": "", "photos": [picture("red"), picture("blue")]})
    assert first.status_code == 422
    ids = kept(text(first))
    assert len(ids) == 2
    assert send({"text": "ok", "photos_kept": ids}).status_code == 303
    assert PhotoPage.taken == [ids]


def test_a_photo_can_be_taken_out(send: Any) -> None:
    ids = kept(text(send({"text": "", "photos": [picture("red"), picture("blue")]})))
    assert send({"text": "ok", "photos_kept": ids[:1]}).status_code == 303
    assert PhotoPage.taken == [ids[:1]]


def test_the_same_photo_sent_again_counts_once(send: Any) -> None:
    ids = kept(text(send({"text": "", "photos": [picture()]})))
    assert send({"text": "ok", "photos_kept": ids, "photos": [picture()]}).status_code == 303
    assert PhotoPage.taken == [ids]


def test_photos_are_required_and_bounded(send: Any) -> None:
    assert send({"text": "ok"}).status_code == 422
    many = send({"text": "ok", "photos": [picture(c) for c in ("red", "blue", "green")]})
    assert many.status_code == 422
    assert len(kept(text(many))) == 2


def test_a_bad_file_is_said_so_and_the_good_one_kept(send: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    bad = SimpleUploadedFile("a.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")
    response = send({"text": "ok", "photos": [bad, picture()]})
    assert response.status_code == 422
    assert len(kept(text(response))) == 1
    assert "field__error" in text(response)


def test_someone_elses_photo_is_not_mine(send: Any) -> None:
    from django.contrib.sessions.backends.db import SessionStore

    ids = kept(text(send({"text": "", "photos": [picture()]})))
    other = SessionStore()
    other.create()
    response = send({"text": "ok", "photos_kept": [*ids, "nonsense"]}, other)
    assert response.status_code == 422
    assert PhotoPage.taken == []


def test_a_form_with_photos_is_guarded_against_forgery(in_city_a: Any, rf: Any) -> None:
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.sessions.backends.db import SessionStore

    request = rf.post("/", {"text": "ok", "photos": [picture()]})
    request.user, request.session, request.tenant = AnonymousUser(), SessionStore(), in_city_a
    request._dont_enforce_csrf_checks = False
    assert PhotoPage.as_view()(request).status_code == 403
    from balai.attachments.models import Attachment

    assert not Attachment.objects.exists()
