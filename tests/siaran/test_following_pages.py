"""Performance, subscriptions and following, as a browser without JavaScript meets them."""

from __future__ import annotations

from typing import Any

import pytest

from balai.casework.models import AreaSubscription, Follow
from tests.casework.world import World
from tests.siaran.test_pages import browse, text  # noqa: F401

pytestmark = pytest.mark.django_db


def test_the_performance_page_says_what_it_does_not_know(a: World, browse: Any) -> None:  # noqa: F811
    a.report()
    page = text(browse().get("/siaran/kinerja/"))
    assert "Dinas Perhubungan" in page
    assert "belum cukup data" in page
    for _number in range(5):
        a.report()
    page = text(browse().get("/siaran/kinerja/"))
    assert "100 %" in page


@pytest.mark.parametrize(
    "query",
    [
        "waktu=tahun",
        "waktu=triwulan&kategori=lampu",
        "waktu=apa&dari=x&sampai=y",
        "dari=2026-05-02&sampai=2026-05-01",
        "dari=0001-01-01&sampai=9999-12-31",
        "kategori=%00ufo",
    ],
)
def test_any_period_has_a_page(a: World, browse: Any, query: str) -> None:  # noqa: F811
    assert browse().get(f"/siaran/kinerja/?{query}").status_code == 200


def test_an_area_is_followed_and_left(a: World, browse: Any) -> None:  # noqa: F811
    client = browse(a.warga)
    assert "Barat Daya" in text(client.get("/siaran/langganan/"))
    response = client.post("/siaran/langganan/", {"area": "36.74.01.1001", "category": "lampu"})
    assert response.status_code == 303
    [own] = AreaSubscription.objects.filter(user=a.warga)
    assert "Lampu jalan" in text(client.get("/siaran/langganan/"))
    other = browse(a.tetangga)
    other.post("/siaran/langganan/berhenti/", {"id": own.pk})
    assert AreaSubscription.objects.count() == 1
    assert client.post("/siaran/langganan/", {"area": "36.73.01"}).status_code == 422
    assert client.post("/siaran/langganan/berhenti/", {"id": own.pk}).status_code == 303
    assert not AreaSubscription.objects.exists()


def test_visitors_are_led_to_the_sign_in(a: World, browse: Any) -> None:  # noqa: F811
    case = a.report()
    for path in ("/siaran/langganan/", f"/siaran/laporan/{case.number}/ikuti/"):
        response = browse().post(path, {"area": "36.74", "follow": "on"})
        assert response.status_code == 302
    assert not AreaSubscription.objects.exists()
    assert not Follow.objects.exists()


def test_a_report_is_followed_from_its_page(a: World, browse: Any) -> None:  # noqa: F811
    case = a.report()
    client = browse(a.tetangga)
    path = f"/siaran/laporan/{case.number}/"
    assert 'name="follow" value="on"' in text(client.get(path))
    assert client.post(f"{path}ikuti/", {"follow": "on"}).status_code == 303
    assert Follow.objects.filter(user=a.tetangga, case=case).exists()
    assert 'name="follow" value="on"' not in text(client.get(path))
    client.post(f"{path}ikuti/", {})
    assert not Follow.objects.exists()
    # One's own report is told of anyway.
    assert "ikuti/" not in text(browse(a.warga).get(path))


def test_the_page_says_where_a_report_stands(a: World, browse: Any) -> None:  # noqa: F811
    case = a.report()
    page = text(browse().get(f"/siaran/laporan/{case.number}/"))
    assert '<li aria-current="step"><span>Menunggu</span></li>' in page
    assert f'value="{a.city.url}/siaran/laporan/{case.number}/"' in page
