"""Takes a picture of each page, at 390 and 1280 pixels, from a running demo. See bin/screenshots."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("BALAI_CHROMIUM") or "/usr/bin/chromium"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
WIDTHS = {390: 844, 1280: 900}
TALLEST = 2600
PASSWORD = "balai-demo"  # noqa: S105 - printed by bin/run for everybody
CITY = "tangerang-selatan"
LAKSA = "tangerang"

# city, who, [(name of the picture, path, or a path and a selector of the link to follow from there)]
PAGES: list[tuple[str, str, list[tuple[str, str, str]]]] = [
    (
        "",
        "",
        [("hub-beranda", "/", ""), ("hub-kotak-keluar", "/kotak-keluar/", "")],
    ),
    (
        "",
        "hub@balai.example",
        [
            ("hub-kantor", "/kantor/", ""),
            ("hub-kota", "/kantor/cities/", ""),
            ("hub-kota-baru", "/kantor/cities/new/", ""),
        ],
    ),
    (
        LAKSA,
        "",
        [
            ("portal-tangerang", "/", ""),
            ("laksa-daftar", "/laksa/?urut=dukungan", ""),
            ("laksa-aspirasi", "/laksa/?cari=Taman+bermain+di+lahan", "main .card__link"),
            ("laksa-statistik", "/laksa/statistik/", ""),
            ("laksa-aturan", "/laksa/aturan/", ""),
            ("laksa-lacak", "/laksa/lacak/", ""),
        ],
    ),
    (
        LAKSA,
        f"resident@{LAKSA}.example",
        [("laksa-kirim", "/laksa/kirim/", ""), ("laksa-saya", "/laksa/saya/", "")],
    ),
    (
        LAKSA,
        f"komando@{LAKSA}.example",
        [
            ("kantor-aspirasi", "/kantor/laksa/reports/", ""),
            ("kantor-aspirasi-satu", "/kantor/laksa/reports/", "main a[href*='/kantor/laksa/reports/3671']"),
            ("kantor-moderasi", "/kantor/laksa/moderation/", ""),
        ],
    ),
    (
        LAKSA,
        f"administrator@{LAKSA}.example",
        [
            ("kantor-topik", "/kantor/laksa/categories/", ""),
            ("kantor-aturan-moderasi", "/kantor/laksa/moderation_rules/", ""),
        ],
    ),
    ("serang", "", [("portal-serang", "/", "")]),
    (
        CITY,
        "",
        [
            ("portal-beranda", "/", ""),
            ("siaran-daftar", "/siaran/laporan/", ""),
            ("siaran-laporan", "/siaran/laporan/?status=selesai", "main a[href*='/siaran/laporan/3674']"),
            ("siaran-peta", "/siaran/peta/", ""),
            ("siaran-peta-kelurahan", "/siaran/peta/?tampil=kelurahan", ""),
            ("siaran-sebelum-sesudah", "/siaran/galeri/", ""),
            ("siaran-kinerja", "/siaran/kinerja/?waktu=tahun", ""),
            ("siaran-lacak", "/siaran/lacak/", ""),
            ("berita-daftar", "/news/", ""),
            ("berita-artikel", "/news/", "main article a"),
            ("akun-masuk", "/akun/login/", ""),
            ("akun-daftar", "/akun/signup/", ""),
            ("halaman-tidak-ada", "/tidak-ada/", ""),
            ("luring", "/luring/", ""),
            ("api-graphiql", "/graphql/", ""),
        ],
    ),
    (
        CITY,
        f"resident@{CITY}.example",
        [
            ("siaran-lapor", "/siaran/lapor/", ""),
            ("siaran-laporan-saya", "/siaran/laporan-saya/", ""),
            ("kotak-masuk", "/kotak-masuk/", ""),
            ("akun", "/akun/", ""),
        ],
    ),
    (
        CITY,
        f"officer@{CITY}.example",
        [
            ("petugas-tugas", "/siaran/tugas/", ""),
            ("petugas-selesai", "/siaran/tugas/selesai/", ""),
            ("petugas-tugas-satu", "/siaran/tugas/", "main a[href*='/siaran/tugas/3674']"),
        ],
    ),
    (
        CITY,
        f"operator@{CITY}.example",
        [
            ("kantor-beranda", "/kantor/", ""),
            ("kantor-laporan", "/kantor/siaran/reports/", ""),
            ("kantor-laporan-satu", "/kantor/siaran/reports/", "main a[href*='/kantor/siaran/reports/3674']"),
            ("kantor-papan", "/kantor/siaran/reports/board/", ""),
        ],
    ),
    (
        CITY,
        f"mayor@{CITY}.example",
        [("kantor-terlambat", "/kantor/red/", "")],
    ),
    (
        CITY,
        f"administrator@{CITY}.example",
        [
            ("kantor-standar-layanan", "/kantor/service-levels/", ""),
            ("kantor-aturan-disposisi", "/kantor/siaran/rules/", ""),
            ("kantor-pengguna", "/kantor/users/", ""),
            ("kantor-modul", "/kantor/modules/", ""),
            ("kantor-tampilan", "/kantor/look/", ""),
            ("kantor-wilayah", "/kantor/wilayah/", ""),
        ],
    ),
]


def sign_in(page: Page, base: str, email: str) -> None:
    page.goto(base + "/akun/login/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def take(page: Page, target: Path) -> None:
    """The page from its top, at most TALLEST pixels of it, in 256 colours: small enough to keep in the repository."""
    page.wait_for_timeout(500)
    width = page.viewport_size["width"] if page.viewport_size else 390
    height = min(TALLEST, page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": int(height)})
    page.wait_for_timeout(300)
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})


def visits(browser: Browser, hub: str) -> Iterator[tuple[str, int, int]]:
    """Each picture as it is taken: name, width, the page's HTTP status."""
    address = urlsplit(hub)
    for width, height in WIDTHS.items():
        folder = HERE / str(width)
        folder.mkdir(exist_ok=True)
        for city, email, pages in PAGES:
            base = f"{address.scheme}://{city + '.' if city else ''}{address.netloc}"
            context = browser.new_context(viewport={"width": width, "height": height}, locale="id-ID")
            page = context.new_page()
            if email:
                sign_in(page, base, email)
            for name, path, link in pages:
                answer = page.goto(base + path)
                if link:
                    href = page.locator(link).first.get_attribute("href")
                    answer = page.goto(base + str(href) if str(href).startswith("/") else str(href))
                take(page, folder / f"{name}.png")
                yield name, width, answer.status if answer else 0
            context.close()


def main() -> int:
    hub = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for name, width, status in visits(browser, hub):
            expected = 404 if name == "halaman-tidak-ada" else 200
            wrong += status != expected
            sys.stdout.write(f"{'  ' if status == expected else '! '}{status} {width:>4} {name}\n")
        browser.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
