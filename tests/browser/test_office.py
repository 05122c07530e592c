"""The back office in a real browser: no complaint of the content security policy, no page wider than a phone, usable
by keyboard, and readable for everyone."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import AXE, DESK, PHONE, Visitor

Enter = Callable[..., Visitor]
CITY = "tangerang-selatan"
SIZES = [pytest.param(PHONE, id="390"), pytest.param(DESK, id="1280")]
SCREENS = {
    "administrator": [
        "/kantor/",
        "/kantor/modules/",
        "/kantor/modules/siaran/",
        "/kantor/profile/",
        "/kantor/agencies/",
        "/kantor/posts/new/",
        "/kantor/siaran/categories/",
        "/kantor/siaran/rules/new/",
        "/kantor/siaran/moves/",
        "/kantor/siaran/templates/",
        "/kantor/siaran/templates/new/",
    ],
    "operator": [
        "/kantor/",
        "/kantor/siaran/reports/",
        "/kantor/siaran/reports/?status=terlambat&urut=lama",
        "/kantor/siaran/reports/board/",
        "/kantor/siaran/reports/map/",
    ],
    "editor": ["/kantor/news/articles/", "/kantor/images/", "/kantor/images/add/", "/kantor/account/"],
}
LAKSA = "tangerang"
OF_LAKSA = {
    "administrator": [
        "/kantor/modules/laksa/",
        "/kantor/laksa/categories/",
        "/kantor/laksa/moderation_rules/",
        "/kantor/laksa/moderation_rules/new/",
        "/kantor/laksa/moves/",
    ],
    "room": [
        "/kantor/",
        "/kantor/laksa/reports/",
        "/kantor/laksa/reports/board/",
        "/kantor/laksa/reports/map/",
        "/kantor/laksa/moderation/",
        "/kantor/laksa/leaders/",
        "/kantor/laksa/entry/",
    ],
    "operator": ["/kantor/", "/kantor/laksa/reports/"],
    "mayor": ["/kantor/", "/kantor/red/", "/kantor/laksa/leaders/", "/kantor/laksa/leaders/?jawaban=sudah"],
}

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SCOPE = {
    "include": [["#main"]],
    # Wagtail's: messages fade in, half-way with too little contrast, and its tag field has no label.
    "exclude": [[".messages"], [".tagit"]],
}


def check(page: Page) -> None:
    """The page fits its window and axe finds nothing in what is ours: the content beside Wagtail's menu."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert over <= 0, f"{page.url} is {over} px too wide"
    page.evaluate(AXE.read_text())
    found = page.evaluate("([scope, rules]) => axe.run(scope, {runOnly: rules})", [SCOPE, RULES])
    problems = [f"{v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"]]
    assert problems == [], f"{page.url}:\n" + "\n".join(problems)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("role", SCREENS)
def test_screens_of_a_city(visitor: Enter, role: str, size: dict[str, int]) -> None:
    someone = visitor(CITY, viewport=size)
    someone.sign_in(role)
    for path in SCREENS[role]:
        check(someone.open(path))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("role", OF_LAKSA)
def test_screens_of_laksa(visitor: Enter, role: str, size: dict[str, int]) -> None:
    someone = visitor(LAKSA, viewport=size)
    someone.sign_in("operator" if role == "room" else role, f"komando@{LAKSA}.example" if role == "room" else "")
    for path in OF_LAKSA[role]:
        check(someone.open(path))
    if role in ("room", "operator"):
        someone.open("/kantor/laksa/reports/").locator("main a[href*='/reports/3671']").first.click()
        someone.page.wait_for_url("**/reports/3671*/")
        check(someone.page)


@pytest.mark.parametrize("size", SIZES)
def test_screens_of_the_hub(visitor: Enter, size: dict[str, int]) -> None:
    someone = visitor("", viewport=size)
    someone.sign_in("hub")
    for path in ("/kantor/", "/kantor/cities/", "/kantor/cities/new/"):
        check(someone.open(path))
    someone.open("/kantor/cities/").get_by_role("link", name="Kota Serang").click()
    someone.page.wait_for_url("**/kantor/cities/*/")
    check(someone.page)
    someone.page.get_by_role("link", name="Ubah catatan").click()
    someone.page.wait_for_url("**/adoption/")
    check(someone.page)


def test_the_desk_on_a_phone_by_keyboard(visitor: Enter) -> None:
    """From the list to a note on a report, without a pointer."""
    someone = visitor(CITY)
    someone.sign_in("operator")
    page = someone.open("/kantor/siaran/reports/?status=waiting")
    page.locator("tbody tr a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/3674-*/")
    check(page)
    summary = page.locator("details#note > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    words = f"Sudah ditelepon {time.time():.0f}."
    page.keyboard.type(words)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".office-timeline")).to_contain_text(words)
    check(page)
    page.get_by_role("link", name="Versi cetak").click()
    expect(page.locator("main")).to_contain_text(words)
    assert page.locator("form").count() == 0


def test_an_article_from_the_first_word_to_the_public_page(visitor: Enter) -> None:
    """The date picker, the chooser of pictures, the text blocks and the preview all work under the policy."""
    editor = visitor(CITY, viewport=DESK)
    editor.sign_in("editor")
    page = editor.open("/kantor/news/articles/")
    title = f"Percobaan {time.time():.0f}"
    page.get_by_role("link", name="Tambah").first.click()
    page.locator("#id_title").press_sequentially(title, delay=5)
    page.locator("#id_lead").fill("Ringkasan percobaan.")
    page.locator("#id_date").click()
    expect(page.locator(".xdsoft_datetimepicker:visible").first).to_be_visible()
    page.keyboard.press("Escape")
    page.locator("#id_image-chooser").get_by_role("button", name="Pilih").first.click()
    page.locator(".modal [data-chooser-modal-choice]").first.click()
    expect(page.locator("#id_image-chooser img")).to_be_visible()
    page.locator("button.c-sf-add-button:visible").first.click()
    page.get_by_role("option", name="Paragraf").click()
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.type("Kalimat dari peramban.")
    page.locator("[data-side-panel-toggle=preview]").click()
    preview = page.frame_locator("iframe[data-w-preview-target=iframe], #w-preview-iframe").first
    expect(preview.locator("article").first).to_contain_text("Kalimat dari peramban.", timeout=20_000)
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    page.get_by_role("button", name="Publikasi").click()
    page.wait_for_url("**/kantor/pages/*/")
    slug = title.lower().replace(" ", "-")
    reader = visitor(CITY).open(f"/news/{slug}/")
    expect(reader.locator("article").first).to_contain_text("Kalimat dari peramban.")
    expect(reader.locator("article img").first).to_be_visible()
