#!/usr/bin/python3
"""Trains the networks of test/data/networks that read letters, and one that reads text, and exports them to ONNX.

    apt-get install python3-torch python3-pil fonts-dejavu-core bible-kjv     # Debian 12: PyTorch 1.13.1, Pillow 9.4, DejaVu 2.37, bible-kjv 4.38
    /usr/bin/python3 eng/networks/glyphs.py [NAME ...]                        # two minutes on one core

Glyphs: pictures of 16 x 16 pixels, in sixteenths, of the 26 capital letters in six fonts of DejaVu, turned, moved, scaled and blurred at random;
4,160 are learned from, the 384 of glyphs.npz and the 1,016 of glyphs-more.npz are seen by no network. Text: the King James text as language.py reads it; kjv-text.npz holds 192 pieces of
its last twentieth. Seeds are fixed and training runs on one thread, so a second run gives the same files; another processor or PyTorch may round
differently.
"""
import copy
import pathlib
import sys

import numpy
import torch
from torch import nn

from train import train

SEED, HELD_OUT, LEARNED, MORE, SIZE = 1, 384, 4160, 1016, 16
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FONTS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSansMono-Bold", "DejaVuSerif", "DejaVuSerif-Bold")
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "data" / "networks"


def glyphs():
    """Pictures and letters."""
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    random = numpy.random.RandomState(SEED)
    fonts = [ImageFont.truetype(f"/usr/share/fonts/truetype/dejavu/{name}.ttf", size) for name in FONTS for size in (32, 36, 40)]
    count = HELD_OUT + LEARNED + MORE
    images, labels = numpy.zeros((count, 1, SIZE, SIZE), numpy.float32), numpy.zeros(count, numpy.int64)
    for i in range(len(labels)):
        labels[i] = random.randint(26)
        picture = Image.new("L", (64, 64))
        at = 32 + random.uniform(-4, 4, 2)
        ImageDraw.Draw(picture).text(tuple(at), LETTERS[labels[i]], fill=int(random.randint(180, 256)), font=fonts[random.randint(len(fonts))], anchor="mm")
        picture = picture.rotate(random.uniform(-15, 15), Image.BILINEAR).filter(ImageFilter.GaussianBlur(random.uniform(0, 2.5)))
        images[i, 0] = numpy.round(numpy.asarray(picture.resize((SIZE, SIZE), Image.BOX), numpy.float32) / 16) / 16
    end = HELD_OUT + LEARNED
    return (images[HELD_OUT:end], labels[HELD_OUT:end]), (images[:HELD_OUT], labels[:HELD_OUT]), images[end:]


class Perceptron(nn.Module):
    """256 - 64 - 48 - 32 - 26 units, ReLU between."""

    epochs = 30

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in ((256, 64), (64, 48), (48, 32), (32, 26)))

    def forward(self, image):
        x = image.flatten(1)
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        return self.layers[-1](x)


class Convolutional(nn.Module):
    """Three 3 x 3 convolutions of 12, 24 and 32 channels, a depthwise one among them, and a linear head."""

    epochs = 30

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 12, 3, padding=1), nn.Conv2d(12, 24, 3, padding=1)
        self.depth, self.point = nn.Conv2d(24, 24, 3, padding=1, groups=24), nn.Conv2d(24, 32, 1)
        self.head = nn.Linear(32 * 4, 26)

    def forward(self, image):
        x = nn.functional.max_pool2d(torch.relu(self.first(image)), 2)
        x = nn.functional.max_pool2d(torch.relu(self.second(x)), 2)
        return self.head(nn.functional.max_pool2d(torch.relu(self.point(torch.relu(self.depth(x)))), 2).flatten(1))


class Unit(nn.Module):
    """Two 3 x 3 convolutions with batch normalisation around a shortcut."""

    def __init__(self, width):
        super().__init__()
        self.one, self.two = (nn.Conv2d(width, width, 3, padding=1, bias=False) for _ in range(2))
        self.norm1, self.norm2 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)

    def forward(self, x):
        return torch.relu(x + self.norm2(self.two(torch.relu(self.norm1(self.one(x))))))


class Residual(nn.Module):
    """A strided stem of 12 channels, four residual units, a mean over places and a linear head: ten layers."""

    epochs = 8

    def __init__(self):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(1, 12, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(12)
        self.units, self.head = nn.Sequential(*(Unit(12) for _ in range(4))), nn.Linear(48, 26)

    def forward(self, image):
        x = self.units(torch.relu(self.norm(self.stem(image))))
        return self.head(nn.functional.avg_pool2d(x, 4).flatten(1))


class Block(nn.Module):
    """Self-attention of two heads, then two dense layers with GELU; both normalised before and around a shortcut."""

    def __init__(self, width):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x):
        normal = self.norm1(x)
        q, k, v = (layer(normal).reshape(-1, 16, 2, x.shape[2] // 2).transpose(1, 2) for layer in (self.query, self.key, self.value))
        weights = torch.softmax(q @ k.transpose(2, 3) / (x.shape[2] // 2) ** 0.5, 3)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(-1, 16, x.shape[2]))
        return x + self.down(nn.functional.gelu(self.up(self.norm2(x))))


class Patches(nn.Module):
    """A transformer of two blocks over 16 patches of 4 x 4 pixels."""

    epochs = 12

    def __init__(self, width=24):
        super().__init__()
        self.embed, self.places = nn.Conv2d(1, width, 4, stride=4), nn.Parameter(torch.randn(16, width) * 0.1)
        self.blocks, self.norm, self.head = nn.Sequential(Block(width), Block(width)), nn.LayerNorm(width), nn.Linear(width, 26)

    def forward(self, image):
        x = self.embed(image).flatten(2).transpose(1, 2) + self.places
        return self.head(self.norm(self.blocks(x)).mean(1))


class Recurrent(nn.Module):
    """tokens [rows, 32] to logits [rows, 32, 36]: 24 numbers a character, an LSTM of 64 units, a linear head."""

    steps = 500

    def __init__(self):
        super().__init__()
        self.symbols, self.lstm, self.head = nn.Embedding(36, 24), nn.LSTM(24, 64, batch_first=True), nn.Linear(64, 36)

    def forward(self, tokens):
        return self.head(self.lstm(self.symbols(tokens))[0])


def save(network, name, rows, input_name):
    network.eval()
    torch.onnx.export(copy.deepcopy(network), rows, str(FOLDER / f"{name}.onnx"), opset_version=13, input_names=[input_name], output_names=["logits"],
                      dynamic_axes={input_name: {0: "N"}, "logits": {0: "N"}})


def main(names):
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    if not names or any(name.startswith("glyph") for name in names):
        learned, held_out, more = glyphs()
        numpy.savez_compressed(FOLDER / "glyphs.npz", image=held_out[0])
        numpy.save(FOLDER / "glyphs-labels.npy", held_out[1])
        numpy.savez_compressed(FOLDER / "glyphs-more.npz", image=more)
    for name, kind in ("glyph-mlp", Perceptron), ("glyph-cnn", Convolutional), ("glyph-resnet", Residual), ("glyph-vit", Patches):
        if names and name not in names:
            continue
        torch.manual_seed(SEED)
        network = kind()
        train(network, *learned, rate=4e-3)
        save(network, name, torch.from_numpy(held_out[0][:2]), "image")
        with torch.no_grad():
            logits, y = network(torch.from_numpy(held_out[0])), torch.from_numpy(held_out[1])
        right = (logits.argmax(1) == y).float().mean().item()
        print(f"{name}: held out {nn.functional.cross_entropy(logits, y).item():.4f} nats, {right:.1%} right, "
              f"{sum(p.numel() for p in network.parameters())} parameters", flush=True)
    if not names or "kjv-lstm" in names:
        sys.path.insert(0, str(pathlib.Path(__file__).parent))
        import language

        characters = torch.tensor(language.encode(language.text()))
        held_out, learned = characters[-len(characters) // 20:], characters[:-len(characters) // 20]
        starts = torch.from_numpy(numpy.random.RandomState(SEED).randint(0, len(held_out) - 32, 192))
        pieces = torch.stack([held_out[s:s + 32] for s in starts.tolist()])
        numpy.savez_compressed(FOLDER / "kjv-text.npz", tokens=pieces.numpy().astype(numpy.int64))
        torch.manual_seed(SEED)
        network = Recurrent()
        optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, network.steps)
        for _ in range(network.steps):
            starts = torch.randint(0, len(learned) - 33, (32,)).tolist()
            rows = torch.stack([learned[s:s + 33] for s in starts])
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(network(rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
            loss.backward()
            optimizer.step()
            schedule.step()
        save(network, "kjv-lstm", pieces[:2], "tokens")
        with torch.no_grad():
            held = nn.functional.cross_entropy(network(pieces[:, :-1]).flatten(0, 1), pieces[:, 1:].flatten()).item()
        print(f"kjv-lstm: held out {held:.4f} nats a character, {sum(p.numel() for p in network.parameters())} parameters", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
