#!/usr/bin/python3
"""Cuts pictures for ResNet-18 out of the photographs that Debian's python3-skimage carries, for `bench compression-experiment packages PICTURES.npz` and for
a guard of ResNet-18.

    apt-get install python3-skimage python3-numpy python3-pil     # Debian 12: scikit-image 0.19.3
    /usr/bin/python3 eng/networks/photos.py PICTURES.npz [FOLDER OF THE PHOTOGRAPHS [CROPS]]

Forty-eight crops (or CROPS) of 224 x 224 pixels at random places, sizes and mirrorings, with the means and deviations of ImageNet's channels; seeds are fixed, and
the first half and the second half come from other photographs.
"""
import pathlib
import sys

import numpy
from PIL import Image

SIZE, CROPS = 224, int(sys.argv[3]) if len(sys.argv) > 3 else 48
MEANS, DEVIATIONS = numpy.array([0.485, 0.456, 0.406], numpy.float32), numpy.array([0.229, 0.224, 0.225], numpy.float32)


def photographs():
    """Colour photographs, by name."""
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "/usr/lib/python3/dist-packages/skimage/data")
    found = []
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".png", ".jpg") and p.name not in ("motorcycle_right.png", "truncated.jpg")):
        with Image.open(path) as picture:
            if min(picture.size) >= 240 and picture.mode in ("RGB", "L"):
                found.append((path.name, picture.convert("RGB")))
    return found


def main():
    random = numpy.random.RandomState(1)
    pictures = photographs()
    print(", ".join(name for name, _ in pictures))
    crops = numpy.zeros((CROPS, 3, SIZE, SIZE), numpy.float32)
    for i in range(CROPS):
        half = pictures[::2] if i < CROPS // 2 else pictures[1::2]
        picture = half[i % len(half)][1]
        side = int(random.uniform(0.4, 1) * min(picture.size))
        left, top = (random.randint(extent - side + 1) for extent in picture.size)
        crop = picture.crop((left, top, left + side, top + side)).resize((SIZE, SIZE), Image.BILINEAR)
        pixels = (numpy.asarray(crop, numpy.float32) / 255 - MEANS) / DEVIATIONS
        crops[i] = (pixels[:, ::-1] if random.randint(2) else pixels).transpose(2, 0, 1)
    numpy.savez_compressed(sys.argv[1], image=crops)


if __name__ == "__main__":
    main()
