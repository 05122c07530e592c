"""What surrounds the moves: the city's table of them, response templates, the chain page and the PDF."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from balai.audit.models import Entry
from balai.casework import actions, responses, transitions
from balai.casework.actions.move_table import Wanted, current, set_moves, stranded
from balai.casework.lifecycle import MOVES, OPEN, Status
from balai.casework.models import Case, Category, Kind, MoveSetting, ResponseTemplate, TimelineEntry, Visibility
from balai.casework.office.paper import printable
from tenants.current import in_city
from tests.casework.test_desk import desk_of, everything, page_of
from tests.casework.world import World
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
TABLE = "/kantor/siaran/moves/"
TEMPLATES = "/kantor/siaran/templates/"
STAFF_MOVES = [name for name, move in MOVES.items() if move.act is not None]


@pytest.fixture
def operator(a: World) -> Client:
    return desk_of(a, a.operator)


@pytest.fixture
def administrator(a: World) -> Client:
    rights = [f"casework.{act}_responsetemplate" for act in ("add", "change", "delete", "view")]
    return signed_in(a.city, staff(a.city, "casework.change_movesetting", *rights))


def ticked(**changes: Any) -> dict[str, str]:
    """The form of the table as the suite has it, with fields taken out (None) or added."""
    fields = {f"on-{name}": "on" for name in STAFF_MOVES}
    fields |= {f"{name}-{status.value}": "on" for name in STAFF_MOVES for status in MOVES[name].sources}
    for name, value in changes.items():
        if value is None:
            fields.pop(name, None)
        else:
            fields[name] = value
    return fields


class TestMoveTable:
    def test_it_reads_as_a_table(self, administrator: Client) -> None:
        text = administrator.get(TABLE).content.decode()
        for name in STAFF_MOVES:
            for status in Status:
                assert (f'name="{name}-{status.value}"' in text) is (status in MOVES[name].sources), (name, status)

    def test_switching_demanding_and_narrowing(self, a: World, administrator: Client) -> None:
        fields = ticked(**{"on-archive": None, "reason-verify": "on", "postpone-waiting": None})
        assert administrator.post(TABLE, fields).status_code == 302
        table = transitions.moves("siaran")
        assert table["archive"].sources == ()
        assert table["verify"].reason.value == "demanded"
        assert Status.WAITING not in table["postpone"].sources
        assert Status.VERIFIED in table["postpone"].sources
        assert set(MoveSetting.objects.values_list("move", flat=True)) == {"archive", "verify", "postpone"}
        entries = Entry.objects.filter(verb="casework.move_set")
        assert {entry.target for entry in entries} == {"siaran:archive", "siaran:verify", "siaran:postpone"}
        assert "dimatikan" in administrator.get(TABLE).content.decode()
        # And back: no rows are left where the suite's own table holds.
        assert administrator.post(TABLE, ticked()).status_code == 302
        assert not MoveSetting.objects.exists()
        assert transitions.moves("siaran") == MOVES

    def test_what_would_strand_reports_is_refused(self, a: World, administrator: Client) -> None:
        before = transitions.moves("siaran")
        gone = {f"on-{name}": None for name in STAFF_MOVES}
        only_resume = gone | {"on-finish": None}
        for changes in (gone, only_resume, {"on-resume": None} | {f"{name}-postponed": None for name in STAFF_MOVES}):
            response = administrator.post(TABLE, ticked(**changes))
            assert response.status_code == 422
            assert str(Status.POSTPONED.label) in response.content.decode()
        assert not MoveSetting.objects.exists()
        assert not Entry.objects.filter(verb="casework.move_set").exists()
        assert transitions.moves("siaran") == before

    def test_the_suites_own_table_strands_nothing(self) -> None:
        every = {name: Wanted(True, False, frozenset(MOVES[name].sources)) for name in STAFF_MOVES}
        assert stranded(every) == []
        none = {name: Wanted(False, False, frozenset()) for name in STAFF_MOVES}
        assert stranded(none) == list(OPEN)

    def test_what_the_suite_does_not_foresee_cannot_be_ticked(self, administrator: Client) -> None:
        administrator.post(TABLE, ticked(**{"verify-done": "on", "rate-waiting": "on", "reason-assign": "on"}))
        assert not MoveSetting.objects.exists()

    def test_operators_do_not_change_it(self, operator: Client) -> None:
        assert operator.get(TABLE).status_code == 403
        assert operator.post(TABLE, ticked(**{"on-archive": None})).status_code == 403
        assert not MoveSetting.objects.exists()

    def test_another_city_keeps_its_own(self, a: World, b: World) -> None:
        wanted = current("siaran", STAFF_MOVES)
        wanted["archive"] = Wanted(False, False, wanted["archive"].sources)
        set_moves(module="siaran", wanted=wanted, actor=a.room)
        assert transitions.moves("siaran")["archive"].sources == ()
        with in_city(b.city):
            assert transitions.moves("siaran") == MOVES


class TestResponseTemplates:
    def make(self, **fields: Any) -> ResponseTemplate:
        values = {"module": "siaran", "name": "Terima kasih", "words": "Laporan {number} di {place}: {due}."} | fields
        return ResponseTemplate.objects.create(**values)

    def test_made_by_the_administrator(self, a: World, administrator: Client) -> None:
        values = {"name": "Salam", "move": "reply", "status": "", "category": "", "agency": "", "order": "0"}
        values |= {"active": "on", "words": "Yth. pelapor, {category} kami catat."}
        assert administrator.post(f"{TEMPLATES}new/", values).status_code == 302
        assert ResponseTemplate.objects.get().module == "siaran"
        for wrong in ("{nama}", "{number", "number}", "{number.__class__}", "{0}", "{}", "{number!r}"):
            response = administrator.post(f"{TEMPLATES}new/", values | {"words": f"Halo {wrong} ya"})
            assert response.status_code == 200, wrong
            assert "{number}" in response.content.decode()
        assert ResponseTemplate.objects.count() == 1

    def test_offered_by_status_category_and_agency(self, a: World) -> None:
        case = a.report()
        lamp, roads, rubbish = (Category.objects.get(slug=slug) for slug in ("lampu", "jalan", "sampah"))
        fits = [
            self.make(name="1"),
            self.make(name="2", status="waiting"),
            self.make(name="3", category=lamp),
            self.make(name="4", category=roads),
            self.make(name="5", agency=a.dishub),
        ]
        self.make(name="x", status="done")
        self.make(name="x", category=rubbish)
        self.make(name="x", agency=a.dlh)
        self.make(name="x", active=False)
        self.make(name="x", module="laksa")
        self.make(name="x", move="ask")
        assert responses.offered("reply", case, "siaran") == fits

    def test_preview_sends_nothing_and_sending_sends_what_was_shown(self, a: World, operator: Client) -> None:
        case = a.report()
        template = self.make()
        before = everything()
        response = operator.post(f"{page_of(case)}reply/", {"preview": "1", "template": template.pk, "words": ""})
        assert response.status_code == 200
        filled = f"Laporan {case.number} di Barat Daya, Barat: "
        assert response.content.decode().count(filled) == 2
        assert everything() == before
        words = responses.fill(template.words, case)
        assert operator.post(f"{page_of(case)}reply/", {"words": words}).status_code == 302
        assert TimelineEntry.objects.get(kind=Kind.REPLY).words.startswith(filled)

    def test_what_a_resident_typed_is_never_filled_in(self, a: World) -> None:
        case = a.report()
        assert responses.fill("{words} {number.pk} {{number}} {officer}", case) == (
            f"{{words}} {{number.pk}} {{{case.number}}} –"
        )

    def test_another_citys_templates_are_not_offered(self, a: World, b: World) -> None:
        self.make()
        with in_city(b.city):
            assert responses.offered("reply", b.report(), "siaran") == []


class TestChain:
    def test_a_whole_chain_says_so_and_shows_every_hash(self, a: World, operator: Client) -> None:
        case = a.report()
        actions.reply(case=case, actor=a.operator, words="Besok pagi kami datang.")
        text = operator.get(f"{page_of(case)}chain/").content.decode()
        hashes = list(TimelineEntry.objects.filter(case=case).values_list("hash", flat=True))
        assert len(hashes) >= 2
        assert all(value in text for value in hashes)
        assert "Riwayat utuh" in text

    def test_a_changed_entry_is_found(self, a: World, operator: Client) -> None:
        case = a.report()
        TimelineEntry._base_manager.filter(case=case, sequence=1).update(words="Bukan itu yang ditulis.")
        text = operator.get(f"{page_of(case)}chain/").content.decode()
        assert "Riwayat utuh" not in text
        assert "help-critical" in text

    def test_not_for_another_agency(self, a: World, operator: Client) -> None:
        assert operator.get(f"{page_of(a.report(category='sampah'))}chain/").status_code == 404

    def test_all_of_a_city_by_command(self, a: World) -> None:
        cases = [a.report() for _ in range(3)]
        out = io.StringIO()
        call_command("verify_chains", a.city.slug, stdout=out)
        assert "3" in out.getvalue()
        Case.objects.filter(pk=cases[1].pk).update(timeline_head="0" * 64)
        with pytest.raises(CommandError, match="1 of 3"):
            call_command("verify_chains", a.city.slug, stdout=out)
        assert cases[1].number in out.getvalue()
        with pytest.raises(CommandError):
            call_command("verify_chains", "atlantis")

    def test_the_commands_statements_do_not_grow(self, a: World, statements: Any) -> None:
        from balai.casework.management.commands.verify_chains import broken

        counts = []
        for _round in range(2):
            a.report()
            with statements() as seen:
                assert list(broken()) == []
            counts.append(len([sql for sql in seen if sql.startswith("SELECT")]))
        assert counts[0] == counts[1]


class TestPdf:
    def pdf(self, client: Client, case: Case) -> bytes:
        response = client.get(f"{page_of(case)}pdf/")
        assert response.status_code == 200
        assert response["Content-Type"] == "application/pdf"
        return response.content

    def test_any_name_and_text_makes_one(self, a: World, operator: Client) -> None:
        a.warga.name = "Ŵarga 😀 Привет 你好 العربية \u200d\ud7ff"
        a.warga.save(update_fields=["name"])
        case = a.report(photos=2, description="Lampu 💡 mati\n\n" + "x" * 400 + " é ā 漢字 ‮")
        actions.reply(case=case, actor=a.operator, words="Terima kasih. " * 100)
        made = self.pdf(operator, case)
        assert made.startswith(b"%PDF-")
        assert made.count(b"/Subtype /Image") >= 1
        assert Entry.objects.filter(verb="casework.printed", actor=a.operator.pk).count() == 1

    def test_what_the_font_lacks_is_replaced(self, db: None) -> None:
        assert printable("Žižka é 😀") == "Zizka é ?"
        assert printable("a\u200db\u0000c") == "abc"

    def test_an_anonymous_reporter_is_not_named(
        self, a: World, operator: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from balai.casework.office import paper

        seen: list[str] = []
        real = paper.printable
        monkeypatch.setattr(paper, "printable", lambda text: seen.append(str(text)) or real(text))
        self.pdf(operator, a.report(visibility=Visibility.ANONYMOUS))
        assert not any("Warga" in text for text in seen)
        self.pdf(operator, a.report())
        assert "Warga" in seen

    def test_not_for_another_agency(self, a: World, operator: Client) -> None:
        case = a.report(category="sampah")
        assert operator.get(f"{page_of(case)}pdf/").status_code == 404
        assert not Entry.objects.filter(verb="casework.printed").exists()
