#!/usr/bin/python3
"""Trains the character model of test/data/networks on the King James text and exports it to ONNX.

    apt-get install python3-torch bible-kjv         # Debian 12: PyTorch 1.13.1, bible-kjv 4.38
    /usr/bin/python3 eng/networks/language.py [FOLDER]     # minutes on one core; FOLDER receives eleven checkpoints

The text is out of copyright: lower case, 36 symbols, a verse a line; its last twentieth is held out. A transformer of two blocks, width 48 and
four heads reads up to 32 characters and gives logits for the next one at every place. Seeds are fixed and training runs on one thread, so a
second run gives the same file; another processor or PyTorch may round differently. Beside the model stand exact numbers of its law, computed
here in double precision by listing all continuations of one and two characters: the scanner's tests read them.
"""
import copy
import json
import pathlib
import subprocess
import sys

import torch
from torch import nn

SYMBOLS = "\n !',-.:;?abcdefghijklmnopqrstuvwxyz"
CONTEXT, WIDTH, HEADS, BLOCKS, BATCH, STEPS = 32, 48, 4, 2, 24, 1024
CHECKPOINTS = (0, 4, 8, 16, 32, 64, 128, 256, 512, 768, 1024)
PROMPTS, TEMPERATURES = ("and the lord ", "in the beginning "), (0.5, 1.0, 1.1)
NETWORKS = pathlib.Path(__file__).resolve().parents[2] / "test" / "data" / "networks"


class Block(nn.Module):
    """Causal self-attention and a perceptron, each behind a normalisation and around a shortcut."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x, mask):
        normal = self.first(x)
        q, k, v = (layer(normal).reshape(x.shape[0], x.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2) for layer in (self.query, self.key, self.value))
        weights = torch.softmax(q @ k.transpose(2, 3) / (WIDTH // HEADS) ** 0.5 + mask, 3)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(x.shape))
        return x + self.down(torch.relu(self.up(self.second(x))))


class Characters(nn.Module):
    """tokens [batch, time] to logits [batch, time, 36]."""

    def __init__(self):
        super().__init__()
        self.symbols, self.places = nn.Embedding(len(SYMBOLS), WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks, self.last = nn.ModuleList(Block() for _ in range(BLOCKS)), nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, len(SYMBOLS), bias=False)
        self.register_buffer("mask", torch.full((CONTEXT, CONTEXT), -1e4).triu(1))

    def forward(self, tokens):
        time = tokens.shape[1]
        x = self.symbols(tokens) + self.places.weight[:time]
        for block in self.blocks:
            x = block(x, self.mask[:time, :time])
        return self.head(self.last(x))


def text():
    """All verses, without their numbers and without what is no symbol."""
    verses = subprocess.run(["bible", "-f", "Gen1:1-Rev22:21"], stdout=subprocess.PIPE, check=True, text=True).stdout.lower().splitlines()
    verses = [verse.split(" ", 1)[1] for verse in verses if ":" in verse.split(" ", 1)[0]]
    return "".join(symbol for symbol in "\n".join(verses) if symbol in SYMBOLS)


def encode(characters):
    return [SYMBOLS.index(symbol) for symbol in characters]


def loss(network, rows):
    logits = network(rows[:, :-1])
    return nn.functional.cross_entropy(logits.reshape(-1, len(SYMBOLS)), rows[:, 1:].reshape(-1))


def windows(data, count, generator):
    starts = torch.randint(len(data) - CONTEXT - 1, (count,), generator=generator)
    return torch.stack([data[start:start + CONTEXT + 1] for start in starts])


def export(network, path):
    torch.onnx.export(
        copy.deepcopy(network).eval(), torch.zeros((2, 5), dtype=torch.int64), str(path), opset_version=13, input_names=["tokens"],
        output_names=["logits"], dynamic_axes={"tokens": {0: "batch", 1: "time"}, "logits": {0: "batch", 1: "time"}})


def law(network, prompt, tokens):
    """ln P, conditional energies, entropies and variances over all continuations, at each temperature; in double precision."""
    rows = torch.tensor([encode(prompt)])
    logs = {t: torch.zeros(1, dtype=torch.float64) for t in TEMPERATURES}
    sums = {t: dict(energy=0.0, entropy=0.0, heatCapacity=0.0) for t in TEMPERATURES}
    for _ in range(tokens):
        logits = network(rows)[:, -1]
        energies = -torch.log_softmax(logits, 1)
        for t in TEMPERATURES:
            step = torch.log_softmax(logits / t, 1)
            weight, p = logs[t].exp(), step.exp()
            mean = (p * energies).sum(1)
            sums[t]["energy"] += float((weight * mean).sum())
            sums[t]["entropy"] += float((weight * -(p * step).sum(1)).sum())
            sums[t]["heatCapacity"] += float((weight * ((p * energies**2).sum(1) - mean**2)).sum()) / t**2
            logs[t] = (logs[t][:, None] + step).reshape(-1)
        rows = torch.cat([rows.repeat_interleave(len(SYMBOLS), 0), torch.arange(len(SYMBOLS)).repeat(len(rows))[:, None]], 1)
    for t in TEMPERATURES:
        p, energy = logs[t].exp(), -logs[1.0]
        sums[t]["energyFluctuation"] = float((p * energy**2).sum() - (p * energy).sum() ** 2) / t**2
    p, q = logs[1.0].exp(), logs[1.1].exp()
    middle = (p + q) / 2
    distances = dict(
        linear=float(((p - q) ** 2 / (p + q)).sum() / 2), totalVariation=float((p - q).abs().sum() / 2),
        jensenShannon=float((p * (logs[1.0] - middle.log()) + q * (logs[1.1] - middle.log())).sum() / 2),
        hellinger=float(1 - (p * q).sqrt().sum()))
    return dict(prompt=prompt, tokens=tokens, points=[dict(temperature=t, **sums[t]) for t in TEMPERATURES], distances=distances)


def trained(keep):
    """The network after its training and the text that is held out; keep(step, network) sees it before the first step, and after each of CHECKPOINTS."""
    torch.manual_seed(1)
    torch.set_num_threads(1)
    data = torch.tensor(encode(text()))
    held = data[-len(data) // 20:]
    data = data[:-len(held)]
    network, generator = Characters(), torch.Generator().manual_seed(2)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=0.01)
    rates = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=6e-3, total_steps=STEPS)
    for step in range(STEPS + 1):
        if step in CHECKPOINTS:
            keep(step, network)
        if step == STEPS:
            return network, held
        optimiser.zero_grad()
        loss(network, windows(data, BATCH, generator)).backward()
        optimiser.step()
        rates.step()


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
    network, held = trained(lambda step, now: export(now, folder / f"kjv-char-{step:05}.onnx") if folder else None)
    with torch.no_grad():
        held_out = float(loss(network, windows(held, 512, torch.Generator().manual_seed(3))))
        export(network, NETWORKS / "kjv-char.onnx")
        (NETWORKS / "kjv-char.txt").write_text(SYMBOLS)
        double = copy.deepcopy(network).double()
        rows = [law(double, prompt, tokens) for prompt in PROMPTS for tokens in (1, 2)]
    (NETWORKS / "kjv-char.json").write_text(json.dumps(dict(heldOut=held_out, rows=rows), indent=1) + "\n")
    print(f"{sum(p.numel() for p in network.parameters())} parameters, {held_out:.3f} nats a character on held-out text")


if __name__ == "__main__":
    main()
