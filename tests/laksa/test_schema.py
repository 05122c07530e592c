"""LAKSA in the API: what each caller gets, what is refused, and in how many statements."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from apps.laksa import actions
from apps.laksa.models import Aspiration, Comment, Draft
from balai.casework import actions as casework
from balai.casework.models import Case, Follow, Supporter
from tenants.current import in_city
from tests.laksa.box import TEXT, TITLE, Box
from tests.siaran.test_schema import ask, codes

pytestmark = pytest.mark.django_db

CARD = """
number title excerpt kind kindName outcome outcomeName comments answeredAt answerDueAt held
case { weight status statusName state late thumbnail category { slug name } place { village } agency { shortName } }
"""
LIST = (
    "query($first:Int,$after:String,$order:LaksaOrder,$kind:LaksaKind,$outcome:LaksaOutcome,$topic:ID,"
    "$dimension:LaksaDimension,$answered:Boolean,$agency:ID,$status:CaseStatus,$text:String){laksa{aspirations("
    "first:$first,after:$after,order:$order,kind:$kind,outcome:$outcome,topic:$topic,dimension:$dimension,"
    "answered:$answered,agency:$agency,status:$status,text:$text){nodes{" + CARD + "} totalCount "
    "pageInfo{hasNextPage endCursor}}}}"
)
FULL = """
number title text kind kindName dimensions outcome outcomeName planYear programme comments answeredAt answerDueAt
threshold thresholds { supporters means reachedAt } held heldFor following canComment verified
documents { url name bytes }
answers { agency { name } outcome outcomeName at words photos { url } documents { url } }
rejection { rule { id title text } at appealedAt granted }
case { weight supported canSupport mine staff reporterName moves photos { url } timeline { kind title by words } }
"""
ONE = "query($n:ID!){laksa{aspiration(number:$n){" + FULL + "}}}"
COMMENTS = """
query($n:ID!,$first:Int,$updates:Boolean){laksa{comments(number:$n,first:$first,updates:$updates){
  nodes{id number text author byAuthor isUpdate state reason mine} totalCount}}}
"""
SUBMIT = (
    "mutation($title:String!,$text:String!,$topic:ID!,$kind:LaksaKind,$key:UUID,$visibility:CaseVisibility,"
    "$documents:[UUID!]){laksaSubmitAspiration(title:$title,text:$text,topic:$topic,kind:$kind,key:$key,"
    "visibility:$visibility,documents:$documents){created errors{field code} aspiration{" + FULL + "}}}"
)
SUPPORT = "mutation($n:ID!){laksaSupportAspiration(number:$n){errors{code} aspiration{case{weight supported}}}}"
COMMENT = """
mutation($n:ID!,$text:String!,$key:UUID,$update:Boolean){
  laksaAddComment(number:$n,text:$text,key:$key,update:$update){errors{field code} comment{id state byAuthor author}}}
"""
ANSWER = "Usulan ini kami tinjau bersama kelurahan pada bulan depan."


def nodes(box: Box, user: Any = None, **variables: Any) -> list[str]:
    data, errors = ask(LIST, user, **variables)
    assert errors == []
    return [node["number"] for node in data["laksa"]["aspirations"]["nodes"]]


class TestLists:
    def test_orders(self, box: Box) -> None:
        first, second, third = box.wish(), box.disposed(), box.wish()
        actions.support(case=first, person=box.tetangga)
        actions.answer(case=second, actor=box.operator, words=ANSWER)
        assert nodes(box) == [third.number, second.number, first.number]
        assert nodes(box, order="MOST_SUPPORTED") == [first.number, third.number, second.number]
        assert nodes(box, order="ANSWERED") == [second.number]

    def test_filters(self, box: Box) -> None:
        park = box.wish(kind="suggestion")
        plain = box.wish(topic="usul", title="Lampu taman kota", kind="criticism")
        told = actions.answer(case=box.disposed(topic="usul", title="Jam buka loket"), actor=box.operator, words=ANSWER)
        told = actions.conclude(case=told, actor=box.room)
        done = actions.decline(case=box.disposed(topic="usul"), actor=box.operator, reason=ANSWER)
        assert nodes(box, kind="SUGGESTION") == [park.number]
        assert nodes(box, topic="ruang") == [park.number]
        assert nodes(box, dimension="LIVING") == [park.number]
        assert nodes(box, outcome="DECLINED") == [done.number]
        assert nodes(box, outcome="ANSWERED") == [told.number]
        assert nodes(box, answered=True, agency="dishub") == [done.number, told.number]
        assert nodes(box, status="WAITING", text="lampu") == [plain.number]
        assert nodes(box, text="bantaran kali") == [done.number, park.number]
        assert nodes(box, text="tidak-ada-kata-ini") == []

    def test_hidden_ones_are_in_no_list(self, box: Box) -> None:
        shown = box.wish()
        box.wish(visibility="secret")
        merged = box.wish()
        casework.merge(case=merged, into=shown, actor=box.room)
        box.set(review_aspirations="everyone")
        box.wish()
        for order in ("NEWEST", "MOST_SUPPORTED"):
            assert nodes(box, order=order) == [shown.number]
        assert nodes(box, box.mayor) == [shown.number]

    def test_pages_neither_skip_nor_repeat(self, box: Box) -> None:
        sent = {box.wish().number for _ in range(5)}
        for order in ("NEWEST", "MOST_SUPPORTED"):
            seen, after = [], None
            for _ in range(3):
                page = ask(LIST, first=2, after=after, order=order)[0]["laksa"]["aspirations"]
                seen += [node["number"] for node in page["nodes"]]
                after = page["pageInfo"]["endCursor"]
            assert (len(seen), set(seen)) == (5, sent)

    @pytest.mark.parametrize("count", [1, 3])
    def test_a_list_costs_the_same_however_long(self, box: Box, statements: Any, count: int) -> None:
        for _ in range(count):
            case = box.wish(box.tetangga)
            actions.support(case=case, person=box.warga)
            actions.add_comment(case=case, author=box.warga, text=f"Setuju {case.number}.")
            Follow.objects.create(user=box.warga, case=case)
        number = case.number
        page = "(first: 20) { nodes { " + CARD + " } }"
        own = "{ laksa { myComments { nodes { text author } } } }"
        for document, user, variables, most in (
            (LIST, None, {}, 2),
            (LIST, None, {"order": "MOST_SUPPORTED", "text": "taman"}, 3),
            ("{ laksa { mySupported" + page + " } }", box.warga, {}, 1),
            ("{ laksa { myFollowed" + page + " } }", box.warga, {}, 1),
            ("{ laksa { myAspirations" + page + " } }", box.tetangga, {}, 1),
            (COMMENTS, None, {"n": number}, 3),
            (own, box.warga, {}, 1),
            ("{ laksa { topics { category { slug } dimensions } rules { title } } }", None, {}, 3),
        ):
            with statements() as seen:
                _data, errors = ask(document, user, **variables)
            assert errors == []
            assert len(seen) == most, seen


class TestOne:
    def test_all_that_there_is_to_read(self, box: Box, statements: Any) -> None:
        paper = box.document(box.warga)
        case = actions.verify(case=box.wish(document_ids=[paper.pk]), actor=box.room)
        case = actions.dispose(case=case, orders=[box.order(), box.order(box.dlh)], actor=box.room)
        for task in case.tasks.all():
            file = box.document(box.sweep_desk)
            actions.answer(case=task, actor=box.sweep_desk, words=ANSWER, document_ids=[file.pk])
        year = timezone.localdate().year + 1
        case = actions.plan(case=case, actor=box.operator, year=year, programme="Taman kota", words=ANSWER)
        with statements() as seen:
            data, errors = ask(ONE, box.tetangga, n=case.number)
        assert errors == []
        assert len(seen) <= 18, seen
        shown = data["laksa"]["aspiration"]
        assert (shown["title"], shown["text"]) == (TITLE, TEXT)
        assert shown["dimensions"] == ["LIVING", "ENVIRONMENT"]
        assert (shown["outcome"], shown["planYear"], shown["programme"]) == ("PLANNED", year, "Taman kota")
        assert [document["name"] for document in shown["documents"]] == ["Usulan"]
        first, second = shown["answers"]
        assert (first["agency"]["name"], first["words"], len(first["documents"])) == (box.dlh.name, ANSWER, 1)
        assert (second["outcome"], second["agency"]["name"]) == ("PLANNED", box.dishub.name)
        assert (shown["case"]["reporterName"], shown["verified"], shown["canComment"]) == (None, True, False)
        assert box.warga.name not in str(data)

    def test_who_sees_what_of_a_held_one(self, box: Box) -> None:
        box.set(review_aspirations="new")
        case = box.wish()
        for user in (None, box.tetangga, box.operator):
            assert codes(ask(ONE, user, n=case.number)[1]) == ["NOT_FOUND"]
            assert codes(ask(COMMENTS, user, n=case.number)[1]) == ["NOT_FOUND"]
        for user in (box.warga, box.room):
            shown = ask(ONE, user, n=case.number)[0]["laksa"]["aspiration"]
            assert (shown["held"], shown["heldFor"]) == (True, "AUTHOR")

    def test_an_anonymous_authors_files_are_not_shown(self, box: Box) -> None:
        paper = box.document(box.warga)
        case = box.wish(visibility="anonymous", document_ids=[paper.pk])
        assert ask(ONE, n=case.number)[0]["laksa"]["aspiration"]["documents"] == []
        assert len(ask(ONE, box.warga, n=case.number)[0]["laksa"]["aspiration"]["documents"]) == 1

    def test_a_task_and_another_modules_case_are_none(self, box: Box) -> None:
        case = actions.verify(case=box.wish(), actor=box.room)
        case = actions.dispose(case=case, orders=[box.order(), box.order(box.dlh)], actor=box.room)
        for number in (case.tasks.get().number, box.report().number, "x"):
            assert codes(ask(ONE, box.mayor, n=number)[1]) == ["NOT_FOUND"]

    def test_staff_can_correct_the_title(self, box: Box) -> None:
        case = box.disposed()
        casework.edit(case=case, actor=box.room, of=1, words=f"Taman\n\n{TEXT}", reason="Nama orang dihapus.")
        assert ask(ONE, n=case.number)[0]["laksa"]["aspiration"]["title"] == "Taman"
        assert ask(LIST)[0]["laksa"]["aspirations"]["nodes"][0]["title"] == "Taman"


class TestWriting:
    def test_sending(self, box: Box) -> None:
        values = {"title": TITLE, "text": TEXT, "topic": "taman", "kind": "QUESTION", "key": str(uuid.uuid4())}
        assert codes(ask(SUBMIT, **values)[1]) == ["UNAUTHENTICATED"]
        data, errors = ask(SUBMIT, box.warga, **values)
        assert errors == []
        made = data["laksaSubmitAspiration"]
        assert (made["created"], made["aspiration"]["kind"], made["errors"]) == (True, "QUESTION", [])
        assert made["aspiration"]["case"]["mine"]
        again = ask(SUBMIT, box.warga, **values)[0]["laksaSubmitAspiration"]
        assert (again["created"], again["aspiration"]["number"]) == (False, made["aspiration"]["number"])
        assert Aspiration.objects.count() == 1

    def test_mistakes_are_told_by_field(self, box: Box) -> None:
        data, errors = ask(SUBMIT, box.warga, title="x", text="a" * 100_000, topic="nirgends")
        assert errors == []
        told = {(error["field"], error["code"]) for error in data["laksaSubmitAspiration"]["errors"]}
        assert told == {("title", "TOO_SHORT"), ("text", "TOO_LONG"), ("category", "UNKNOWN_CATEGORY")}
        assert not Case.objects.exists()

    def test_a_guest_where_the_city_takes_them(self, box: Box) -> None:
        box.set(guests=True, review_aspirations="new")
        document = (
            'mutation($t:String!,$x:String!){laksaSubmitAspiration(title:$t,text:$x,topic:"taman")'
            "{code aspiration{number held case{mine}} errors{code}}}"
        )
        made = ask(document, t=TITLE, x=TEXT)[0]["laksaSubmitAspiration"]
        assert (made["aspiration"]["held"], made["aspiration"]["case"]["mine"]) == (True, True)
        opened = ask(
            "mutation($n:ID!,$c:String!){laksaOpenAspiration(number:$n,code:$c){aspiration{title} errors{code}}}",
            n=made["aspiration"]["number"],
            c=made["code"],
        )[0]["laksaOpenAspiration"]
        assert opened["aspiration"]["title"] == TITLE

    def test_support(self, box: Box) -> None:
        case = box.wish()
        assert codes(ask(SUPPORT, n=case.number)[1]) == ["UNAUTHENTICATED"]
        for _ in range(2):
            data, errors = ask(SUPPORT, box.tetangga, n=case.number)
            assert errors == []
            assert data["laksaSupportAspiration"]["aspiration"]["case"] == {"weight": 2, "supported": True}
        assert ask(SUPPORT, box.warga, n=case.number)[0]["laksaSupportAspiration"]["errors"] == [{"code": "FORBIDDEN"}]
        casework.archive(case=case, actor=box.room, reason="Ditutup dahulu.")
        [resident] = box.residents(1)
        assert ask(SUPPORT, resident, n=case.number)[0]["laksaSupportAspiration"]["errors"] == [{"code": "CLOSED"}]
        assert Supporter.objects.count() == 1
        left = "mutation($n:ID!){laksaWithdrawSupport(number:$n){aspiration{case{weight}}}}"
        assert ask(left, box.tetangga, n=case.number)[0]["laksaWithdrawSupport"]["aspiration"]["case"]["weight"] == 1

    def test_comments(self, box: Box) -> None:
        case = box.wish(visibility="anonymous")
        key = str(uuid.uuid4())
        for _ in range(2):
            made = ask(COMMENT, box.tetangga, n=case.number, text="Setuju sekali.", key=key)[0]["laksaAddComment"]
            assert (made["comment"]["state"], made["comment"]["author"]) == ("SHOWN", box.tetangga.name)
        own = ask(COMMENT, box.warga, n=case.number, text="Terima kasih semua.", update=True)[0]["laksaAddComment"]
        assert (own["comment"]["byAuthor"], own["comment"]["author"]) == (True, "")
        data, _errors = ask(COMMENTS, n=case.number)
        assert data["laksa"]["comments"]["totalCount"] == 2
        # Who is anonymous stays so when they speak.
        assert box.warga.name not in str(data)
        assert len(ask(COMMENTS, n=case.number, updates=True)[0]["laksa"]["comments"]["nodes"]) == 1
        report = "mutation($i:ID!,$r:LaksaReportReason!){laksaReportComment(id:$i,reason:$r){done errors{code}}}"
        theirs = made["comment"]["id"]
        assert ask(report, box.warga, i=theirs, r="SPAM")[0]["laksaReportComment"]["done"]
        remove = "mutation($i:ID!){laksaRemoveComment(id:$i){done errors{code}}}"
        assert ask(remove, box.warga, i=theirs)[0]["laksaRemoveComment"]["errors"] == [{"code": "FORBIDDEN"}]
        for nothing in ("0", "x", "9" * 30):
            assert ask(remove, box.warga, i=nothing)[0]["laksaRemoveComment"]["errors"] == [{"code": "NOT_FOUND"}]
        assert ask(remove, box.tetangga, i=theirs)[0]["laksaRemoveComment"]["done"]
        assert Comment.objects.count() == 1
        actions.decline(case=_worked(box, case), actor=box.operator, reason=ANSWER)
        late = ask(COMMENT, box.tetangga, n=case.number, text="Sayang sekali.")[0]["laksaAddComment"]
        assert late["errors"] == [{"field": None, "code": "CLOSED"}]

    def test_what_the_author_does(self, box: Box) -> None:
        case = casework.ask(case=box.wish(), actor=box.room, words="Di mana?")
        rewrite = """mutation($n:ID!,$t:String!,$x:String!,$k:UUID){
            laksaRewriteAspiration(number:$n,title:$t,text:$x,key:$k){
            aspiration{title case{state}} errors{field code}}}"""
        values = {"n": case.number, "t": "Taman di Ciater", "x": TEXT, "k": str(uuid.uuid4())}
        for _ in range(2):
            done = ask(rewrite, box.warga, **values)[0]["laksaRewriteAspiration"]
            assert done["aspiration"] == {"title": "Taman di Ciater", "case": {"state": "WAITING"}}
        assert codes(ask(rewrite, **values)[1]) == ["UNAUTHENTICATED"]
        actions.reject(case=case, actor=box.room, rule=box.rule, reason="Ini iklan.")
        appeal = """mutation($n:ID!,$w:String!,$k:UUID){
            laksaAppealRejection(number:$n,words:$w,key:$k){aspiration{rejection{appealedAt}} errors{field code}}}"""
        values = {"n": case.number, "w": "Bukan iklan sama sekali.", "k": str(uuid.uuid4())}
        for _ in range(2):
            done = ask(appeal, box.warga, **values)[0]["laksaAppealRejection"]
            assert done["aspiration"]["rejection"]["appealedAt"] is not None
        values["k"] = str(uuid.uuid4())
        assert ask(appeal, box.warga, **values)[0]["laksaAppealRejection"]["errors"][0]["code"] == "FORBIDDEN"

    def test_following(self, box: Box) -> None:
        case = box.wish()
        document = "mutation($n:ID!,$f:Boolean){laksaFollowAspiration(number:$n,follow:$f){following errors{code}}}"
        assert ask(document, box.tetangga, n=case.number, f=True)[0]["laksaFollowAspiration"]["following"]
        assert ask(ONE, box.tetangga, n=case.number)[0]["laksa"]["aspiration"]["following"]
        assert not ask(document, box.tetangga, n=case.number, f=False)[0]["laksaFollowAspiration"]["following"]
        assert not Follow.objects.exists()

    def test_drafts_are_their_writers_alone_and_go_when_sent(self, box: Box) -> None:
        save = """mutation($k:UUID!,$t:String){laksaSaveDraft(key:$k,title:$t,kind:QUESTION,lat:-6.3)
            {draft{key title kind lat} errors{field code}}}"""
        mine = "{ laksa { myDrafts { key title text kind lat village } } }"
        key = str(uuid.uuid4())
        for title in ("Tam", "Taman bermain"):
            assert ask(save, box.warga, k=key, t=title)[0]["laksaSaveDraft"]["draft"]["title"] == title
        assert [draft["title"] for draft in ask(mine, box.warga)[0]["laksa"]["myDrafts"]] == ["Taman bermain"]
        assert ask(mine, box.tetangga)[0]["laksa"]["myDrafts"] == []
        assert codes(ask(mine)[1]) == ["UNAUTHENTICATED"]
        too_long = ask(save, box.warga, k=str(uuid.uuid4()), t="a" * 5_000)[0]["laksaSaveDraft"]
        assert too_long["errors"] == [{"field": "title", "code": "TOO_LONG"}]
        ask(SUBMIT, box.warga, title=TITLE, text=TEXT, topic="taman", key=key)
        assert not Draft.objects.exists()
        assert ask(save, box.warga, k=key, t="zu spät")[0]["laksaSaveDraft"]["draft"] is None
        assert not Draft.objects.exists()

    def test_messages_and_rating(self, box: Box) -> None:
        case = box.disposed()
        write = "mutation($n:ID!,$w:String!){laksaAddMessage(number:$n,words:$w){aspiration{case{state}} errors{code}}}"
        for user in (box.warga, box.operator):
            assert ask(write, user, n=case.number, w="Apa kabarnya?")[0]["laksaAddMessage"]["errors"] == []
        actions.decline(case=case, actor=box.operator, reason=ANSWER)
        rate = """mutation($n:ID!){
            laksaRateAspiration(number:$n,rating:1,verdict:NOT_SOLVED,
            words:"Belum dijawab benar."){aspiration{outcome case{state}} errors{code}}}"""
        rated = ask(rate, box.warga, n=case.number)[0]["laksaRateAspiration"]
        assert rated["aspiration"] == {"outcome": None, "case": {"state": "REOPENED"}}


def _worked(box: Box, case: Case) -> Case:
    case = actions.verify(case=case, actor=box.room)
    return actions.dispose(case=case, orders=[box.order()], actor=box.room)


class TestIsolation:
    def test_another_citys_aspiration_looks_like_none(self, box: Box, b: Any) -> None:
        case = box.wish()
        comment = actions.add_comment(case=case, author=box.tetangga, text="Setuju sekali.")
        with in_city(b.city):
            for document, variables in (
                (ONE, {"n": case.number}),
                (COMMENTS, {"n": case.number}),
                (SUPPORT, {"n": case.number}),
            ):
                answered = ask(document, box.warga, **variables)
                assert "NOT_FOUND" in str(answered) or codes(answered[1]) == ["NOT_FOUND"]
            remove = "mutation($i:ID!){laksaRemoveComment(id:$i){errors{code}}}"
            gone = ask(remove, box.tetangga, i=str(comment.pk))[0]["laksaRemoveComment"]
            assert gone["errors"] == [{"code": "NOT_FOUND"}]
            assert nodes(box) == []
        assert Comment.objects.filter(pk=comment.pk).exists()
