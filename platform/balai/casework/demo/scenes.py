"""Pictures for the demo's cases, drawn by code: no photo of a real place or person is needed."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 900
HORIZON = 380
Draw = ImageDraw.ImageDraw


def picture(scene: str, seed: int, *, mended: bool = False, width: int = 960) -> io.BytesIO:
    """A JPEG of the scene ("lamp", "pothole", "rubbish", "flood", "tree", "pavement", "traffic", "park"), before or
    after. `width` is in pixels; the height is three quarters of it.
    """
    dice = random.Random(f"{scene}/{seed}")  # noqa: S311 - nothing here is secret
    dark = scene == "lamp"
    image = _street(dice, dark=dark)
    draw = ImageDraw.Draw(image, "RGBA")
    _SCENES[scene](draw, dice, mended)
    size = (width, width * HEIGHT // WIDTH)
    image = image.resize(size).filter(ImageFilter.GaussianBlur(1.1 * width / WIDTH))
    grain = Image.effect_noise(size, 22).convert("RGB")
    file = io.BytesIO()
    Image.blend(image, grain, 0.09).save(file, "JPEG", quality=82)
    file.seek(0)
    return file


def _street(dice: random.Random, *, dark: bool) -> Image.Image:
    top, bottom = ((12, 16, 38), (46, 44, 70)) if dark else ((124, 168, 208), (214, 226, 232))
    image = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(image)
    for y in range(HORIZON):
        share = y / HORIZON
        draw.line([(0, y), (WIDTH, y)], fill=tuple(int(a + (b - a) * share) for a, b in zip(top, bottom, strict=True)))
    x = 0
    while x < WIDTH:
        width, height = dice.randint(90, 190), dice.randint(90, 240)
        wall = [dice.randint(120, 200) for _ in range(3)]
        if dark:
            wall = [value // 5 for value in wall]
        draw.rectangle([x, HORIZON - height, x + width, HORIZON + 20], fill=tuple(wall))
        roof = (90, 40, 34) if not dark else (24, 14, 18)
        draw.polygon(
            [(x - 10, HORIZON - height), (x + width / 2, HORIZON - height - 50), (x + width + 10, HORIZON - height)],
            roof,
        )
        for column in range(x + 18, x + width - 24, 44):
            lit = dark and dice.random() < 0.4
            pane = (240, 208, 120) if lit else ((30, 34, 44) if dark else (92, 108, 120))
            draw.rectangle([column, HORIZON - height + 34, column + 22, HORIZON - height + 66], fill=pane)
        x += width + dice.randint(6, 40)
    grass, road = ((22, 34, 24), (34, 34, 40)) if dark else ((104, 138, 82), (112, 112, 114))
    draw.rectangle([0, HORIZON, WIDTH, HEIGHT], fill=grass)
    draw.polygon([(440, HORIZON), (760, HORIZON), (1180, HEIGHT), (20, HEIGHT)], fill=road)
    for step in range(6):
        y = HORIZON + 24 + step * step * 17
        size = 4 + step * 3
        draw.polygon(
            [(600 - size, y), (600 + size, y), (600 + size * 2, y + 34), (600 - size * 2, y + 34)], (220, 220, 210)
        )
    return image


def _lamp(draw: Draw, dice: random.Random, mended: bool) -> None:
    x = dice.randint(250, 380)
    draw.rectangle([x, 130, x + 16, 760], fill=(70, 74, 80))
    draw.rectangle([x, 130, x + 190, 144], fill=(70, 74, 80))
    if mended:
        for radius in range(330, 20, -20):
            draw.ellipse(
                [x + 160 - radius, 150 - radius // 2, x + 160 + radius, 150 + radius], fill=(255, 226, 150, 13)
            )
        draw.polygon([(x + 130, 160), (x + 190, 160), (x + 430, 800), (x - 110, 800)], fill=(255, 232, 170, 46))
    draw.ellipse([x + 120, 140, x + 206, 170], fill=(255, 240, 200) if mended else (38, 40, 48))


def _pothole(draw: Draw, dice: random.Random, mended: bool) -> None:
    for _ in range(3):
        x, y, size = dice.randint(340, 720), dice.randint(560, 760), dice.randint(70, 150)
        box = [x - size, y - size // 3, x + size, y + size // 3]
        if mended:
            draw.rectangle(box, fill=(66, 66, 70))
        else:
            draw.ellipse([box[0] - 14, box[1] - 8, box[2] + 14, box[3] + 8], fill=(138, 128, 116))
            draw.ellipse(box, fill=(58, 50, 44))
            draw.ellipse([x - size // 2, y - 6, x + size // 2, y + size // 4], fill=(96, 104, 110))


def _rubbish(draw: Draw, dice: random.Random, mended: bool) -> None:
    if mended:
        draw.rectangle([150, 560, 250, 700], fill=(38, 110, 70))
        draw.rectangle([142, 548, 258, 566], fill=(28, 84, 54))
        return
    colours = [
        (30, 30, 34),
        (196, 190, 178),
        (60, 92, 150),
        (170, 60, 50),
        (230, 226, 214),
        (120, 96, 60),
        (52, 120, 80),
    ]
    for _ in range(150):
        x = dice.gauss(290, 120)
        y = dice.gauss(690, 42) - max(0.0, 90 - abs(x - 290) * 0.6)
        size = dice.randint(16, 48)
        draw.ellipse([x - size, y - size * 0.7, x + size, y + size * 0.7], fill=(*dice.choice(colours), 235))


def _flood(draw: Draw, dice: random.Random, mended: bool) -> None:
    if mended:
        draw.rectangle([160, 620, 330, 660], fill=(60, 60, 64))
        for x in range(166, 330, 18):
            draw.rectangle([x, 624, x + 8, 656], fill=(24, 24, 26))
        return
    draw.polygon([(0, 520), (WIDTH, 480), (WIDTH, HEIGHT), (0, HEIGHT)], fill=(122, 110, 84, 225))
    for _ in range(70):
        x, y = dice.randint(0, WIDTH), dice.randint(520, HEIGHT)
        draw.line([(x, y), (x + dice.randint(40, 140), y + dice.randint(-3, 3))], fill=(186, 178, 156, 150), width=3)


def _tree(draw: Draw, dice: random.Random, mended: bool) -> None:
    draw.rectangle([120, 420, 164, 720], fill=(92, 66, 44))
    if mended:
        draw.ellipse([40, 250, 250, 470], fill=(56, 112, 52))
        return
    draw.polygon([(150, 600), (160, 650), (900, 720), (900, 690)], fill=(92, 66, 44))
    for _ in range(120):
        x, y, size = dice.gauss(790, 130), dice.gauss(680, 55), dice.randint(24, 60)
        shade = dice.randint(70, 130)
        draw.ellipse([x - size, y - size, x + size, y + size], fill=(40, shade, 44, 220))


def _pavement(draw: Draw, dice: random.Random, mended: bool) -> None:
    draw.polygon(
        [(760, HORIZON + 40), (880, HORIZON + 40), (WIDTH, 760), (WIDTH, HEIGHT), (1120, HEIGHT)], (176, 160, 148)
    )
    for step in range(12):
        y = HORIZON + 60 + step * 40
        missing = not mended and dice.random() < 0.55
        fill = (92, 76, 60) if missing else ((196, 96, 76) if step % 2 else (206, 186, 170))
        draw.polygon(
            [(780 + step * 30, y), (880 + step * 36, y), (910 + step * 38, y + 34), (800 + step * 32, y + 34)], fill
        )


def _traffic(draw: Draw, dice: random.Random, mended: bool) -> None:
    for index in range(2 if mended else 11):
        row, column = divmod(index, 3)
        y = 460 + row * 110
        size = 60 + row * 26
        x = 470 + column * (90 + row * 40) - row * 90
        colour = tuple(dice.randint(40, 220) for _ in range(3))
        draw.rounded_rectangle([x, y, x + size, y + size * 0.7], 12, fill=colour)
        draw.rectangle([x + 8, y + 6, x + size - 8, y + size * 0.3], fill=(30, 36, 44))
        draw.rectangle([x + 4, y + size * 0.5, x + 16, y + size * 0.58], fill=(230, 40, 40))


def _park(draw: Draw, dice: random.Random, mended: bool) -> None:
    draw.polygon([(20, 520), (560, 500), (640, 860), (0, 880)], (124, 152, 86) if mended else (150, 134, 108))
    if not mended:
        for _ in range(60):
            x, y, size = dice.randint(60, 560), dice.randint(560, 840), dice.randint(8, 34)
            shade = dice.randint(90, 190)
            draw.polygon([(x, y), (x + size, y - size // 3), (x + size // 2, y + size // 2)], (shade, shade - 8, 70))
        return
    for x in (110, 290):  # two swings
        draw.line([(x - 40, 780), (x, 560), (x + 40, 780)], fill=(196, 60, 48), width=10)
    draw.line([(110, 562), (290, 562)], fill=(196, 60, 48), width=10)
    for x in (160, 240):
        draw.line([(x, 562), (x, 730)], fill=(70, 70, 74), width=4)
        draw.rectangle([x - 24, 726, x + 24, 738], fill=(40, 90, 160))
    draw.polygon([(420, 560), (450, 560), (590, 820), (530, 820)], fill=(240, 190, 40))  # a slide
    draw.line([(430, 560), (400, 820)], fill=(90, 90, 96), width=12)
    for x in (60, 380, 620):
        draw.rectangle([x, 470, x + 12, 560], fill=(92, 66, 44))
        draw.ellipse([x - 50, 380, x + 62, 500], fill=(60, 118, 56))


_SCENES: dict[str, Callable[[Draw, random.Random, bool], None]] = {
    "lamp": _lamp,
    "pothole": _pothole,
    "rubbish": _rubbish,
    "flood": _flood,
    "tree": _tree,
    "pavement": _pavement,
    "traffic": _traffic,
    "park": _park,
}
