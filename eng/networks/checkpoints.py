#!/usr/bin/python3
"""Writes test/data/scan/checkpoints.csv: texts of nine checkpoints of the character model, each with ln P under all nine.

    apt-get install python3-torch bible-kjv         # Debian 12: PyTorch 1.13.1, bible-kjv 4.38
    /usr/bin/python3 eng/networks/checkpoints.py [FILE]    # minutes on one core

The training is that of language.py, whose checkpoints at 4, 8, … 1,024 steps it takes. Each writes 160 texts of 16 characters behind the prompt,
one stream of random numbers a checkpoint, at temperature 1 and in double precision; ln P has two decimals and a line break is written as /.
A second run gives the same file; another processor or PyTorch may round differently, train a slightly other model and so give another table.
"""
import copy
import pathlib
import sys

import torch

from language import CHECKPOINTS, SYMBOLS, encode, trained

PROMPT, TEXTS, LENGTH = "and the lord ", 160, 16
TABLE = pathlib.Path(__file__).resolve().parents[2] / "test" / "data" / "scan" / "checkpoints.csv"


def written(network, seed):
    """Rows of the prompt with what the network goes on with."""
    generator = torch.Generator().manual_seed(seed)
    rows = torch.tensor([encode(PROMPT)] * TEXTS)
    for _ in range(LENGTH):
        rows = torch.cat([rows, torch.multinomial(torch.softmax(network(rows)[:, -1], 1), 1, generator=generator)], 1)
    return rows


def judged(network, rows):
    """ln P of each row behind the prompt."""
    steps = torch.log_softmax(network(rows[:, :-1])[:, len(PROMPT) - 1:], 2)
    return steps.gather(2, rows[:, len(PROMPT):, None]).sum((1, 2))


def main():
    networks = {}
    steps = [step for step in CHECKPOINTS if step and step & (step - 1) == 0]
    trained(lambda step, network: networks.update({step: copy.deepcopy(network).double()}))
    lines = ["step,text," + ",".join(f"lp@{step}" for step in steps)]
    with torch.no_grad():
        for step in steps:
            rows = written(networks[step], step)
            logs = [judged(networks[other], rows).tolist() for other in steps]
            for row, *values in zip(rows[:, len(PROMPT):].tolist(), *logs):
                text = "".join(SYMBOLS[symbol] for symbol in row).replace("\n", "/")
                lines.append(f'{step},"{text}",' + ",".join(f"{value:.2f}" for value in values))
    (pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else TABLE).write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
