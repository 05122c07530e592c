"""Feeds, files and Open311: what is in them, what never is, and that they stream, cache and refuse."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from balai.casework import actions
from balai.casework.models import Case
from balai.casework.open_data import FIELDS
from tests.casework.world import World
from tests.siaran.test_pages import browse, text  # noqa: F401

pytestmark = pytest.mark.django_db
PATHS = (
    "/siaran/data/laporan.csv",
    "/siaran/data/laporan.geojson",
    "/siaran/laporan.rss",
    "/siaran/open311/v2/requests.json",
)


def body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def table(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body(response))))


def finished(a: World, **fields: Any) -> Case:
    case = a.report(photos=1, **fields)
    actions.accept(case=case, actor=a.andi)
    return actions.finish(
        case=case, actor=a.andi, words="Lampu sudah diganti yang baru.", photo_ids=[a.photo(a.andi).pk]
    )


def test_secret_reports_and_tasks_are_nowhere(a: World, browse: Any) -> None:  # noqa: F811
    shown, secret, task = a.report(), a.report(), a.report()
    Case.objects.filter(pk=secret.pk).update(visibility="secret")
    Case.objects.filter(pk=task.pk).update(parent=shown)
    for path in PATHS:
        content = body(browse().get(path))
        assert shown.number in content, path
        assert secret.number not in content, path
        assert task.number not in content, path
    assert browse().get(f"/siaran/open311/v2/requests/{secret.number}.json").status_code == 404


def test_files_hold_no_words_and_no_people(a: World, browse: Any) -> None:  # noqa: F811
    a.report(description="Nama saya Budi, rumah saya nomor 12, telepon 0812345.", visibility="anonymous")
    for path in PATHS[:3]:
        content = body(browse().get(path))
        for word in ("Budi", "0812345", a.warga.name, a.warga.email):
            assert str(word) not in content, path


def test_the_csv(a: World, browse: Any) -> None:  # noqa: F811
    case = finished(a)
    a.report(place={"village": "36.74.02.1002", "landmark": "Depan pasar"}, category="sampah")
    Case.objects.filter(pk=case.pk).update(rating=4, weight=3)
    response = browse().get("/siaran/data/laporan.csv")
    assert response.streaming
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    first, second = table(response)
    assert list(first) == [field.name for field in FIELDS]
    assert (first["number"], first["phase"], first["status"], first["late"]) == (case.number, "done", "done", "false")
    assert (first["village"], first["village_code"], first["district"]) == ("Barat Daya", "36.74.01.1001", "Barat")
    assert (first["rating"], first["weight"], first["category_code"]) == ("4", "3", "lampu")
    assert first["received_at"].endswith("+07:00")
    assert (second["lat"], second["rating"], second["done_at"]) == ("", "", "")
    filtered = table(browse().get("/siaran/data/laporan.csv?kategori=sampah&status=menunggu"))
    assert [row["number"] for row in filtered] == [second["number"]]


def test_a_name_is_no_formula(a: World, browse: Any) -> None:  # noqa: F811
    a.dishub.name = '=HYPERLINK("http://example.org")'
    a.dishub.save()
    a.report()
    [row] = table(browse().get("/siaran/data/laporan.csv"))
    assert row["agency"].startswith("'=")
    assert float(row["lat"]) < 0


def test_the_geojson(a: World, browse: Any) -> None:  # noqa: F811
    case = a.report()
    a.report(place={"village": "36.74.02.1002", "landmark": "Depan pasar"})
    found = json.loads(body(browse().get("/siaran/data/laporan.geojson")))
    first, second = found["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [case.lon, case.lat]}
    assert second["geometry"] is None
    assert first["properties"]["late"] is False
    empty = json.loads(body(browse().get("/siaran/data/laporan.geojson?dari=2020-01-01&sampai=2020-12-31")))
    assert empty["features"] == []


def test_a_file_is_bounded(a: World, browse: Any) -> None:  # noqa: F811
    old = a.report()
    long_ago = timezone.now() - timezone.timedelta(days=800)
    Case.objects.filter(pk=old.pk).update(received_at=long_ago, created_at=long_ago)
    new = a.report()
    for query in ("", "?dari=2001-01-01", "?dari=0001-01-01&sampai=9999-12-31"):
        assert old.number not in body(browse().get(f"/siaran/data/laporan.csv{query}"))
    assert [row["number"] for row in table(browse().get("/siaran/data/laporan.csv"))] == [new.number]


def test_statements_do_not_grow(a: World, browse: Any, statements: Any) -> None:  # noqa: F811
    client = browse()
    for path, most in zip(PATHS, (2, 2, 2, 2), strict=True):
        body(client.get(path))
        for count in (1, 3):
            for _number in range(count):
                a.report()
            with statements() as seen:
                body(client.get(path))
            assert len([sql for sql in seen if "SAVEPOINT" not in sql]) == most, path


def test_unchanged_is_not_sent_again(a: World, browse: Any) -> None:  # noqa: F811
    a.report()
    client = browse()
    for path in PATHS:
        response = client.get(path)
        body(response)
        assert "max-age=300" in response["Cache-Control"]
        again = client.get(path, headers={"if-none-match": response["ETag"]})
        assert again.status_code == 304, path
    etag = client.get(PATHS[2])["ETag"]
    a.report()
    assert client.get(PATHS[2], headers={"if-none-match": etag}).status_code == 200


def test_the_feed_follows_the_filters(a: World, browse: Any) -> None:  # noqa: F811
    done, new = finished(a), a.report(category="sampah")
    feed = ElementTree.fromstring(body(browse().get("/siaran/laporan.rss")))
    assert [item.findtext("title") for item in feed.iter("item")] == [
        "Sampah, Barat Daya, Barat",
        "Lampu jalan, Barat Daya, Barat",
    ]
    assert all(a.city.host in (item.findtext("link") or "") for item in feed.iter("item"))
    feed = ElementTree.fromstring(body(browse().get("/siaran/laporan.rss?status=selesai")))
    [item] = feed.iter("item")
    assert done.number in (item.findtext("link") or "")
    assert new.number not in (item.findtext("link") or "")


class TestOpen311:
    def test_services(self, a: World, browse: Any) -> None:  # noqa: F811
        found = {row["service_code"]: row for row in browse().get("/siaran/open311/v2/services.json").json()}
        assert found["lampu"]["group"] == "Jalan"
        assert "lama" not in found

    def test_requests(self, a: World, browse: Any) -> None:  # noqa: F811
        done, new = finished(a), a.report(photos=1, visibility="anonymous")
        client = browse()

        def numbers(query: str) -> list[str]:
            return [row["service_request_id"] for row in client.get(f"/siaran/open311/v2/requests.json?{query}").json()]

        assert numbers("") == [new.number, done.number]
        assert numbers("status=open") == [new.number]
        assert numbers("status=closed") == [done.number]
        assert numbers(f"service_request_id={done.number},salah,") == [done.number]
        assert numbers("service_code=lampu&page=2") == []
        assert numbers("end_date=2020-01-01T00:00:00Z") == []
        assert numbers("page=x") == [new.number, done.number]
        [row] = client.get(f"/siaran/open311/v2/requests/{done.number}.json").json()
        assert row["status"] == "closed"
        assert row["media_url"].startswith(a.city.url)
        [row] = client.get(f"/siaran/open311/v2/requests/{new.number}.json").json()
        assert row["media_url"] == ""

    @pytest.mark.parametrize("query", ["start_date=kemarin", "end_date=0001-01-01T00:00:00Z", "start_date=%00"])
    def test_bad_times_are_refused(self, a: World, browse: Any, query: str) -> None:  # noqa: F811
        assert browse().get(f"/siaran/open311/v2/requests.json?{query}").status_code == 400

    def test_no_such_report(self, a: World, browse: Any) -> None:  # noqa: F811
        assert browse().get("/siaran/open311/v2/requests/3674-000-000-000.json").status_code == 404


class TestGallery:
    def test_both_photos_of_public_reports(self, a: World, browse: Any) -> None:  # noqa: F811
        shown = finished(a)
        hidden = finished(a, visibility="anonymous")
        waiting = a.report(photos=1)
        page = text(browse().get("/siaran/galeri/"))
        assert shown.number in page
        assert hidden.number not in page
        assert waiting.number not in page
        assert page.count('loading="lazy"') == 2
        assert shown.number not in text(browse().get("/siaran/galeri/?kategori=sampah"))

    def test_statements_do_not_grow(self, a: World, browse: Any, statements: Any) -> None:  # noqa: F811
        client = browse()
        client.get("/siaran/galeri/")
        counts = []
        for count in (1, 3):
            for _number in range(count):
                finished(a)
            with statements() as seen:
                client.get("/siaran/galeri/")
            counts.append(len(seen))
        assert counts == [5, 5]


def test_the_page_explains_every_column(a: World, browse: Any) -> None:  # noqa: F811
    page = text(browse().get("/siaran/data/"))
    for field in FIELDS:
        assert f">{field.name}<" in page
    assert "CC BY 4.0" in page
