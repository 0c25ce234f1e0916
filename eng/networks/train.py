#!/usr/bin/python3
"""Trains the networks of test/data/networks on the digits of test/data and exports them to ONNX.

    apt-get install python3-torch python3-numpy     # Debian 12: PyTorch 1.13.1, NumPy 1.24.2
    /usr/bin/python3 eng/networks/train.py                     # about a minute on one core

Each network reads pictures of 8 x 8 pixels between 0 and 1 and gives ten logits, one a digit. 1,285 of the 1,797 digits are learned
from; the other 512, which no network sees, are written beside them with their labels. All random numbers have fixed seeds and training
runs on one thread, so a second run gives the same files; another processor or PyTorch may round differently.
"""
import copy
import pathlib

import numpy
import torch
from torch import nn

SEED, HELD_OUT = 1, 512
DATA = pathlib.Path(__file__).resolve().parents[2] / "test" / "data"


class Perceptron(nn.Module):
    """64 - 32 - 16 - 10 units, hyperbolic tangents between."""

    epochs = 60

    def __init__(self):
        super().__init__()
        self.first, self.second, self.head = nn.Linear(64, 32), nn.Linear(32, 16), nn.Linear(16, 10)

    def forward(self, image):
        return self.head(torch.tanh(self.second(torch.tanh(self.first(image.flatten(1))))))


class Convolutional(nn.Module):
    """Two 3 x 3 convolutions of 8 and 16 channels, each with ReLU and a pool, and a linear head."""

    epochs = 40

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 16, 3, padding=1)
        self.head = nn.Linear(64, 10)

    def forward(self, image):
        halved = nn.functional.max_pool2d(torch.relu(self.first(image)), 2)
        return self.head(nn.functional.max_pool2d(torch.relu(self.second(halved)), 2).flatten(1))


class Attention(nn.Module):
    """Self-attention of two heads among the eight rows of a picture."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x):
        q, k, v = (layer(x).reshape(-1, 8, self.heads, self.size).transpose(1, 2) for layer in (self.query, self.key, self.value))
        weights = torch.softmax(q @ k.transpose(2, 3) / self.size**0.5, 3)
        return self.out((weights @ v).transpose(1, 2).reshape(-1, 8, self.heads * self.size))


class Block(nn.Module):
    """Attention, then two dense layers with GELU; both are normalised before and added to what came in."""

    def __init__(self, width, heads):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.up, self.down = Attention(width, heads), nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.down(nn.functional.gelu(self.up(self.norm2(x))))


class Transformer(nn.Module):
    """Two blocks over the rows of a picture, each row a token of 16 numbers with a learned position."""

    epochs = 60

    def __init__(self, width=16):
        super().__init__()
        self.embed, self.position = nn.Linear(8, width), nn.Parameter(torch.randn(8, width) * 0.1)
        self.blocks = nn.ModuleList([Block(width, 2), Block(width, 2)])
        self.norm, self.head = nn.LayerNorm(width), nn.Linear(width, 10)

    def forward(self, image):
        x = self.embed(image.reshape(-1, 8, 8)) + self.position
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x).mean(1))


def digits():
    """Pictures and labels to learn from, and those held out."""
    table = numpy.loadtxt(DATA / "digits.csv", delimiter=",", skiprows=1, dtype=numpy.float32)
    table = table[numpy.random.RandomState(SEED).permutation(len(table))]
    images, labels = (table[:, :64] / 16).reshape(-1, 1, 8, 8), table[:, 64].astype(numpy.int64)
    return (images[HELD_OUT:], labels[HELD_OUT:]), (images[:HELD_OUT], labels[:HELD_OUT])


def train(network, images, labels, rate=5e-3):
    """Adam on batches of 64, the rate falling to zero along a cosine."""
    x, y = torch.from_numpy(images), torch.from_numpy(labels)
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, network.epochs)
    for _ in range(network.epochs):
        for rows in torch.randperm(len(x)).split(64):
            optimizer.zero_grad()
            nn.functional.cross_entropy(network(x[rows]), y[rows]).backward()
            optimizer.step()
        schedule.step()


def measure(network, images, labels):
    """Mean cross-entropy in nats and share of right answers."""
    with torch.no_grad():
        logits, y = network(torch.from_numpy(images)), torch.from_numpy(labels)
        return nn.functional.cross_entropy(logits, y).item(), (logits.argmax(1) == y).float().mean().item()


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    learned, held_out = digits()
    folder = DATA / "networks"
    folder.mkdir(exist_ok=True)
    numpy.savez_compressed(folder / "digits.npz", image=held_out[0])
    numpy.save(folder / "digits-labels.npy", held_out[1])
    for name, kind in ("digits-mlp", Perceptron), ("digits-cnn", Convolutional), ("digits-transformer", Transformer):
        torch.manual_seed(SEED)
        network = kind()
        train(network, *learned)
        network.eval()
        path = folder / f"{name}.onnx"
        torch.onnx.export(
            copy.deepcopy(network), torch.from_numpy(held_out[0][:2]), str(path), opset_version=13,
            input_names=["image"], output_names=["logits"], dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}})
        for what, data in ("learned", learned), ("held out", held_out):
            loss, accuracy = measure(network, *data)
            print(f"{path.name}: {what} cross-entropy {loss:.4f} nats, {accuracy:.1%} right")


if __name__ == "__main__":
    main()
