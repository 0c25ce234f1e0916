#!/usr/bin/python3
"""Trains the networks of test/data/dynamics on a lattice of eight nodes and exports them to ONNX.

    apt-get install python3-torch python3-numpy     # Debian 12: PyTorch 1.13.1, NumPy 1.24.2
    nice /usr/bin/python3 eng/networks/dynamics.py [MODEL ...]     # a few minutes on one core

Data: 12 trajectories of 100 steps of 0.02 on the 4 x 2 strip of triangles, as in src/ML.Thermo.Dynamics/Reference/ViscoelasticLattice.cs.
Targets: differences of successive states, at their mid-point; every loss divides a component by its standard deviation.

edges       phi.onnx, gamma.onnx, kappa.onnx: functions of one edge, run inside the exact step
uninformed  uninformed.onnx: message passing, two passes of width 40, that predicts dp and du (dq = p is given to it)
tables      small csv files for tests and pages: runs.csv, edges.csv, large.csv, large-edges.csv, euler.csv
penalty     penalty.onnx: operators in blocks and gradients as vectors from the same message passing, degeneracy asked for by a penalty
All in double, one thread, fixed seeds. Export uses Exp, Log and Sigmoid: ONNX Runtime's CPU provider has no Softplus in double.
"""
import pathlib
import sys
import time

import numpy
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
SEED, STEP, STEPS, RUNS, CAPACITY = 1, 0.02, 100, 12, 2.0
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "test" / "data" / "dynamics"


def strip(columns, rows):
    places = numpy.array([[n // rows + 0.5 * (n % rows % 2), n % rows * 3 ** 0.5 / 2] for n in range(columns * rows)])
    pairs = [(a, b) for a in range(len(places)) for b in range(a + 1, len(places)) if abs(numpy.linalg.norm(places[a] - places[b]) - 1) < 1e-9]
    return places, numpy.array([a for a, _ in pairs]), numpy.array([b for _, b in pairs])


def rates(q, p, u, first, second):
    arm = q[first] - q[second]
    r = numpy.linalg.norm(arm, axis=1, keepdims=True)
    n = arm / r
    v = numpy.sum(n * (p[first] - p[second]), axis=1, keepdims=True)
    gamma = 0.5 * numpy.exp(-2 * (r - 1))
    force = -(20 * (r - 1) + 60 * (r - 1) ** 3 + gamma * v) * n
    flux, heat = 0.15 * (u[second] - u[first]), 0.5 * gamma * v * v
    dp, du = numpy.zeros_like(p), numpy.zeros_like(u)
    numpy.add.at(dp, first, force)
    numpy.add.at(dp, second, -force)
    numpy.add.at(du, first, heat + flux)
    numpy.add.at(du, second, heat - flux)
    return p.copy(), dp, du


def trajectory(random, places, first, second, parts=4):
    n = len(places)
    z = [places + 0.05 * random.standard_normal((n, 2)), 0.5 * random.standard_normal((n, 2)), 1 + 2 * random.random((n, 1))]
    z[1] -= z[1].mean(axis=0)
    states, h = [z], STEP / parts
    for _ in range(STEPS):
        for _ in range(parts):
            a = rates(*z, first, second)
            b = rates(*[x + 0.5 * h * k for x, k in zip(z, a)], first, second)
            c = rates(*[x + 0.5 * h * k for x, k in zip(z, b)], first, second)
            d = rates(*[x + h * k for x, k in zip(z, c)], first, second)
            z = [x + h / 6 * (i + 2 * j + 2 * k + m) for x, i, j, k, m in zip(z, a, b, c, d)]
        states.append(z)
    return [numpy.stack([s[part] for s in states]) for part in range(3)]


def perceptron(*sizes):
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b), nn.SiLU()]
    return nn.Sequential(*layers[:-1])


def softplus(x):
    return torch.log(1 + torch.exp(x))


class Potential(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = perceptron(1, 32, 32, 1)

    def forward(self, r):
        return self.net(5 * (r - 1))


class Friction(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = perceptron(1, 16, 16, 1)

    def forward(self, r):
        return softplus(self.net(5 * (r - 1)))


class Conductance(nn.Module):
    """Of the distance and both temperatures, in which it is symmetric."""

    def __init__(self):
        super().__init__()
        self.net = perceptron(3, 16, 16, 1)

    def forward(self, r, first, second):
        return softplus(self.net(torch.cat([5 * (r - 1), first + second - 2, (first - second) ** 2], 1)))


class Edges(nn.Module):
    def __init__(self):
        super().__init__()
        self.phi, self.gamma, self.kappa = Potential(), Friction(), Conductance()

    def forward(self, q, p, u, first, second):
        arm = q[first] - q[second]
        r = arm.norm(dim=1, keepdim=True).detach().requires_grad_()
        n = arm / r.detach()
        tension, = torch.autograd.grad(self.phi(r).sum(), r, create_graph=True, retain_graph=True)
        v = (n * (p[first] - p[second])).sum(1, keepdim=True)
        gamma = self.gamma(r)
        a, b = u[first] / CAPACITY, u[second] / CAPACITY
        flux, heat = self.kappa(r, a, b) * (1 / a - 1 / b), 0.5 * gamma * v * v
        force = -(tension + gamma * v) * n
        dp = torch.zeros_like(p).index_add(0, first, force).index_add(0, second, -force)
        du = torch.zeros_like(u).index_add(0, first, heat + flux).index_add(0, second, heat - flux)
        return p, dp, du


def gather(values, at, count):
    """Sum of values by node; a product with the incidence matrix where it is exported, for this exporter has no scatter with free extents."""
    if torch.onnx.is_in_onnx_export():
        return torch.matmul((at.unsqueeze(0) == torch.arange(count).unsqueeze(1)).to(values.dtype), values)
    return torch.zeros(count, values.shape[1], dtype=values.dtype).scatter_add(0, at.unsqueeze(1).expand(-1, values.shape[1]), values)


class Messages(nn.Module):
    """Two passes over edges in both directions; nodes see momentum and internal energy, edges the relative position."""

    def __init__(self, width=40):
        super().__init__()
        self.node, self.edge = perceptron(3, width, width), perceptron(3, width, width)
        self.send = nn.ModuleList(perceptron(3 * width, width, width) for _ in range(2))
        self.take = nn.ModuleList(perceptron(2 * width, width, width) for _ in range(2))

    def forward(self, q, p, u, i, j):
        to, of = torch.cat([i, j]), torch.cat([j, i])
        arm = q[to] - q[of]
        r = (arm * arm).sum(1, keepdim=True).sqrt()
        h, e = self.node(torch.cat([p, u - 2], 1)), self.edge(torch.cat([arm, 5 * (r - 1)], 1))
        for send, take in zip(self.send, self.take):
            message = send(torch.cat([h[to], h[of], e], 1))
            e = e + message
            h = h + take(torch.cat([h, gather(message, to, q.shape[0])], 1))
        return h, e, to, of


class Uninformed(nn.Module):
    def __init__(self, width=40):
        super().__init__()
        self.messages, self.out = Messages(width), perceptron(width, width, 3)

    def forward(self, q, p, u, i, j):
        h, _, _, _ = self.messages(q, p, u, i, j)
        out = self.out(h)
        return p + 0 * out[:, :2], out[:, :2], out[:, 2:]


class Penalty(nn.Module):
    """dz = L dE + M dS, blocks decoded from nodes and ordered pairs, gradients decoded as vectors."""

    def __init__(self, width=40):
        super().__init__()
        self.messages = Messages(width)
        self.energy, self.entropy = perceptron(width, width, 5), perceptron(width, width, 5)
        self.own, self.pair = perceptron(width, width, 50), perceptron(3 * width, width, 50)
        self.defect = None

    @staticmethod
    def blocks(flat):
        a, b = flat[:, :25].reshape(-1, 5, 5), flat[:, 25:].reshape(-1, 5, 5)
        return a - a.transpose(1, 2), torch.matmul(b, b.transpose(1, 2))

    def forward(self, q, p, u, i, j):
        h, e, to, of = self.messages(q, p, u, i, j)
        energy, entropy = self.energy(h).unsqueeze(2), self.entropy(h).unsqueeze(2)
        l, m = self.blocks(self.own(h))
        lp, mp = self.blocks(self.pair(torch.cat([h[to], h[of], e], 1)))
        own = (torch.matmul(l, energy) + torch.matmul(m, entropy)).squeeze(2)
        pair = (torch.matmul(lp, energy[of]) + torch.matmul(mp, entropy[of])).squeeze(2)
        rate = own + gather(pair, to, q.shape[0])
        self.defect = (torch.matmul(l, entropy) ** 2).mean() + (torch.matmul(m, energy) ** 2).mean()
        return rate[:, :2], rate[:, 2:4], rate[:, 4:]


def batches():
    """Pairs of successive states; a batch of lattices is one graph of many parts."""
    random = numpy.random.default_rng(SEED)
    places, first, second = strip(4, 2)
    runs = [trajectory(random, places, first, second) for _ in range(RUNS)]
    middle = [torch.tensor(numpy.concatenate([0.5 * (run[part][1:] + run[part][:-1]) for run in runs])) for part in range(3)]
    target = [torch.tensor(numpy.concatenate([(run[part][1:] - run[part][:-1]) / STEP for run in runs])) for part in range(3)]
    scale = [t.std() for t in target]
    i, j, nodes = torch.tensor(first), torch.tensor(second), len(places)

    def batch(rows):
        shift = nodes * torch.arange(len(rows)).unsqueeze(1)
        flat = [x[rows].reshape(-1, x.shape[2]) for x in middle]
        return flat, (i + shift).reshape(-1), (j + shift).reshape(-1), [t[rows].reshape(-1, t.shape[2]) for t in target]

    return batch, scale, middle[0].shape[0]


def train(model, seconds, rate=3e-3, last=3e-5, size=120):
    """Adam, its rate falling geometrically with the CPU time that is used."""
    batch, scale, pairs = batches()
    random = torch.Generator().manual_seed(SEED)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    begin, passes, total = time.process_time(), 0, 0.0
    while (share := (time.process_time() - begin) / seconds) < 1:
        for group in optimizer.param_groups:
            group["lr"] = rate * (last / rate) ** share
        order, total = torch.randperm(pairs, generator=random), 0.0
        for rows in order.split(size):
            state, i, j, target = batch(rows)
            loss = sum(((x - t) / s).pow(2).mean() for x, t, s in zip(model(*state, i, j), target, scale))
            total += float(loss.detach()) * len(rows) / pairs
            if isinstance(model, Penalty):
                loss = 10 * loss + model.defect
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        passes += 1
    print(f"{type(model).__name__}: {sum(w.numel() for w in model.parameters())} parameters, {passes} passes, {seconds} s of one core, loss {total:.2e}", flush=True)
    return model.eval()


def export(model, name, inputs, axes, outputs):
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(model, inputs, str(FOLDER / name), opset_version=16, input_names=list(axes), output_names=outputs,
                      dynamic_axes={**axes, **{o: {0: "N" if len(inputs) == 5 else "E"} for o in outputs}})


def export_edges(seconds):
    torch.manual_seed(SEED)
    model = train(Edges(), seconds)
    r = torch.ones(3, 1)
    export(model.phi, "phi.onnx", (r,), {"r": {0: "E"}}, ["phi"])
    export(model.gamma, "gamma.onnx", (r,), {"r": {0: "E"}}, ["gamma"])
    export(model.kappa, "kappa.onnx", (r, r, 1.5 * r), {"r": {0: "E"}, "first": {0: "E"}, "second": {0: "E"}}, ["kappa"])


def export_rates(model, name, seconds):
    train(model, seconds)
    places, first, second = strip(4, 2)
    inputs = (torch.tensor(places), torch.zeros(8, 2), 2 * torch.ones(8, 1), torch.tensor(first), torch.tensor(second))
    axes = {"q": {0: "N"}, "p": {0: "N"}, "u": {0: "N"}, "i": {0: "E"}, "j": {0: "E"}}
    export(model, name, inputs, axes, ["dq", "dp", "du"])


def write(name, header, rows):
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_text("\n".join([header] + [",".join(f"{x:.10g}" for x in row) for row in rows]) + "\n")


def tables():
    random = numpy.random.default_rng(SEED + 1)
    places, first, second = strip(4, 2)
    rows = []
    for run in range(3):
        q, p, u = trajectory(random, places, first, second)
        rows += [(run, k * STEP, n, *q[k, n], *p[k, n], u[k, n, 0]) for k in range(41) for n in range(8)]
    write("runs.csv", "trajectory,t,node,q1,q2,p1,p2,u", rows)
    write("edges.csv", "from,to", zip(first, second))
    places, first, second = strip(8, 4)
    z = [places + 0.03 * random.standard_normal((32, 2)), 0.3 * random.standard_normal((32, 2)), 1.3 + 1.4 * random.random((32, 1))]
    write("large.csv", "node,q1,q2,p1,p2,u", [(n, *z[0][n], *z[1][n], z[2][n, 0]) for n in range(32)])
    write("large-edges.csv", "from,to", zip(first, second))
    q, p, u, rows = 1.0, 0.0, 1.0, []
    for k in range(401):
        rows.append((0.05 * k, 0.5 * p * p, 0.5 * q * q, u, float(numpy.log(u))))
        q, p, u = q + 0.05 * p, p - 0.05 * (q + 0.2 * p), u + 0.05 * 0.2 * p * p
    write("euler.csv", "t,K,V,U,S", rows)


if __name__ == "__main__":
    wanted = sys.argv[1:] or ["edges", "uninformed", "penalty", "tables"]
    if "tables" in wanted:
        tables()
    if "edges" in wanted:
        export_edges(60)
    if "uninformed" in wanted:
        torch.manual_seed(SEED)
        export_rates(Uninformed(), "uninformed.onnx", 150)
    if "penalty" in wanted:
        torch.manual_seed(SEED)
        export_rates(Penalty(), "penalty.onnx", 120)
