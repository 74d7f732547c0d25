"""Photos of nuts, screws and washers on a belt, drawn: photos/CLASS/NUMBER.png, the same every time.

Light, place, size, turn, shade of the belt and of the part differ, and every camera has noise.
"""

import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).parent / "photos"
EACH, SIDE = 150, 64  # photos of each class, pixels


def main():
    """Every class in a folder of its own."""
    for number, part in enumerate((nut, screw, washer)):
        folder = FOLDER / part.__name__
        folder.mkdir(parents=True, exist_ok=True)
        for count in range(EACH):
            photo(part, np.random.default_rng([number, count])).save(folder / f"{count:03}.png")
    print(f"{3 * EACH} photos in {FOLDER}")


def photo(part, rng):
    """A belt with light from one side, the part on it, noise."""
    belt = rng.uniform(40, 160)
    light = np.linspace(-1, 1, SIDE) * rng.uniform(-30, 30)
    ground = np.clip(belt + light[:, None] + rng.normal(0, 6, (SIDE, SIDE)), 0, 255).astype(np.uint8)
    image = Image.fromarray(ground).convert("RGB")
    metal = int(np.clip(belt + rng.choice([-1, 1]) * rng.uniform(50, 90), 0, 255))
    shade = tuple(int(np.clip(metal + change, 0, 255)) for change in rng.uniform(-12, 12, 3))
    centre = SIDE / 2 + rng.uniform(-8, 8, 2)
    part(image, centre, rng.uniform(11, 19), rng.uniform(0, 2 * math.pi), shade)
    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.0)))


def nut(image, centre, size, turn, shade):
    """Six sides and a hole."""
    hole = image.copy()
    ImageDraw.Draw(image).polygon(corners(centre, size, turn, 6), fill=shade)
    bore(image, hole, centre, 0.5 * size)


def washer(image, centre, size, turn, shade):
    """A ring."""
    hole = image.copy()
    ImageDraw.Draw(image).ellipse(box(centre, size), fill=shade)
    bore(image, hole, centre, 0.5 * size)


def screw(image, centre, size, turn, shade):
    """A shaft with a head."""
    along = np.array([math.cos(turn), math.sin(turn)])
    ends = [tuple(centre - size * along), tuple(centre + size * along)]
    draw = ImageDraw.Draw(image)
    draw.line(ends, fill=shade, width=max(3, int(0.4 * size)))
    draw.polygon(corners(ends[0], 0.55 * size, turn, 6), fill=shade)


def corners(centre, size, turn, count):
    """Of a polygon of equal sides."""
    angles = turn + 2 * math.pi * np.arange(count) / count
    return [(centre[0] + size * math.cos(a), centre[1] + size * math.sin(a)) for a in angles]


def bore(image, behind, centre, size):
    """A hole through which the belt is seen."""
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).ellipse(box(centre, size), fill=255)
    image.paste(behind, mask=mask)


def box(centre, size):
    """Around a circle."""
    return [centre[0] - size, centre[1] - size, centre[0] + size, centre[1] + size]


if __name__ == "__main__":
    main()
