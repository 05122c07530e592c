"""What we replace in Wagtail is still what Wagtail does it with."""

from __future__ import annotations

import inspect

import pytest
from django.test import RequestFactory
from django.utils import timezone
from wagtail.admin import auth, localization
from wagtail.admin.utils import get_admin_base_url
from wagtail.admin.widgets import AdminPageChooser
from wagtail.admin.widgets.chooser import BaseChooser

from balai.office import middleware, one_city
from tenants.actions import change_city
from tenants.current import in_city
from tenants.models import City
from tests.staff import signed_in, staff


def test_wagtail_localizes_where_we_replaced_it() -> None:
    assert auth.get_localized_response is one_city.plain_response
    assert "get_localized_response(view_func, request" in inspect.getsource(auth.require_admin_access)
    assert "settings.TIME_ZONE" in inspect.getsource(localization.get_localized_response)


@pytest.mark.django_db
def test_staff_see_the_time_of_their_city(city_a: City, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    view = "balai.office.settings_screens.Profile.get"
    from balai.office.settings_screens import Profile

    original = Profile.get

    def get(self: Profile, request: object) -> object:
        seen.append(timezone.get_current_timezone_name())
        return original(self, request)  # type: ignore[arg-type]

    monkeypatch.setattr(view, get)
    change_city(city_a, timezone="Asia/Jayapura")
    assert signed_in(city_a, staff(city_a, "tenants.change_city")).get("/kantor/profile/").status_code == 200
    assert seen == ["Asia/Jayapura"]


@pytest.mark.django_db
def test_wagtails_mails_lead_to_the_city_that_they_are_about(city_a: City, city_b: City) -> None:
    for city in (city_a, city_b):
        with in_city(city):
            assert get_admin_base_url() + "/kantor/" == f"{city.url}/kantor/"
    assert get_admin_base_url() + "/kantor/" == "http://localhost:8000/kantor/"


def test_a_choosers_script_carries_the_nonce() -> None:
    assert BaseChooser.render is one_city.render_chooser
    token = middleware._nonce.set("abc123")
    try:
        html = AdminPageChooser().render_html  # the widget as Wagtail makes it
        assert callable(html)
        rendered = BaseChooser.render(_Chooser(), "page", None, {"id": "id_page"})
    finally:
        middleware._nonce.reset(token)
    assert rendered == '<i>page</i><script nonce="abc123">new X("id_page")</script>'


class _Chooser:
    def get_value_data(self, value: object) -> None:
        return None

    def render_html(self, name: str, data: object, attrs: object) -> str:
        from django.utils.safestring import mark_safe

        return mark_safe(f"<i>{name}</i>")

    def render_js_init(self, id_: str, name: str, data: object) -> str:
        return f'new X("{id_}")'


def test_no_template_of_wagtail_has_a_script_that_we_did_not_replace() -> None:
    """A new inline script in Wagtail would be stopped by the policy: replace its template, with the nonce."""
    from pathlib import Path

    import wagtail

    root = Path(wagtail.__file__).parent
    apps = ("admin", "images", "documents", "users", "snippets", "contrib/settings", "sites", "embeds")
    found = {
        str(path).split("/templates/")[1]
        for app in apps
        for path in (root / app).glob("templates/**/*.html")
        if "<script>" in path.read_text()
    }
    ours = Path(middleware.__file__).parent / "templates"
    assert found == {name for name in found if (ours / name).is_file()}
    assert found, "Wagtail has no inline scripts any more: the replaced templates can go"


def test_the_language_of_wagtails_indonesian(rf: RequestFactory) -> None:
    request = rf.get("/kantor/")
    request.user = object()  # type: ignore[assignment]
    assert middleware.language_of(request) == "id-id"
