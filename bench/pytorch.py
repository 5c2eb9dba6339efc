"""Measures one case in PyTorch: `python pytorch.py CASE [DATA] [--threads N]`; prints {"value", "peakMemoryMB"}."""
import gzip
import json
import resource
import sys
import time

begun = time.perf_counter()
import torch
from torch import nn

name = sys.argv[1]
data = sys.argv[2] if len(sys.argv) > 2 and not sys.argv[2].startswith("--") else None
if "--threads" in sys.argv:
    torch.set_num_threads(int(sys.argv[sys.argv.index("--threads") + 1]))


def best(body, count, rounds=7):
    """The shortest of several timings of `count` runs, in milliseconds a run."""
    for _ in range(count):
        body()
    shortest = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(count):
            body()
        shortest = min(shortest, (time.perf_counter() - start) / count)
    return shortest * 1000


def step_of(net, X, y, loss, lr):
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)

    def step():
        optimizer.zero_grad()
        loss(net(X), y).backward()
        optimizer.step()

    return step


def mlp_step(batch):
    net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    return step_of(net, torch.rand(batch, 784), torch.randint(10, (batch,)), nn.CrossEntropyLoss(), 0.1)


def gemm(m, k, n):
    a, b = torch.randn(m, k), torch.randn(k, n)
    flops = 2 * m * k * n
    return flops / best(lambda: a @ b, max(3, round(2e8 / flops))) / 1e6


def read(file):
    with gzip.open(f"{data}/{file}") as f:
        return f.read()


def epoch():
    """The best that a hand-written loop does: everything in memory, batches by index."""
    def images(file, count):
        return torch.frombuffer(bytearray(read(file)[16:]), dtype=torch.uint8).reshape(count, 784).float() / 255

    def labels(file):
        return torch.frombuffer(bytearray(read(file)[8:]), dtype=torch.uint8).long()

    X, y = images("train-images-idx3-ubyte.gz", 60000), labels("train-labels-idx1-ubyte.gz")
    Xt, yt = images("t10k-images-idx3-ubyte.gz", 10000), labels("t10k-labels-idx1-ubyte.gz")
    net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    loss = nn.CrossEntropyLoss(reduction="none")
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    shortest = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        total = correct = 0.0
        order = torch.randperm(60000)
        for i in range(0, 60000, 256):
            at = order[i : i + 256]
            out = net(X[at])
            l = loss(out, y[at])
            optimizer.zero_grad()
            l.mean().backward()
            optimizer.step()
            total += float(l.sum())
            correct += float((out.argmax(1) == y[at]).sum())
        with torch.no_grad():
            for i in range(0, 10000, 256):
                correct += float((net(Xt[i : i + 256]).argmax(1) == yt[i : i + 256]).sum())
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


def first_step():
    mlp_step(64)()
    return (time.perf_counter() - begun) * 1000


million = lambda: torch.randn(1_000_000)
measure = {
    "regression-step": lambda: best(step_of(nn.Linear(20, 1), torch.randn(10, 20), torch.randn(10, 1), nn.MSELoss(), 0.01), 1000) * 1000,
    "mlp-step-64": lambda: best(mlp_step(64), 50),
    "mlp-step-256": lambda: best(mlp_step(256), 20),
    "mlp-step-1024": lambda: best(mlp_step(1024), 5),
    "gemm-256x784x256": lambda: gemm(256, 784, 256),
    "gemm-256x256x10": lambda: gemm(256, 256, 10),
    "gemm-1024": lambda: gemm(1024, 1024, 1024),
    "exp-1e6": lambda x=None: (lambda x: best(lambda: x.exp(), 20))(million()),
    "sum-1e6": lambda x=None: (lambda x: best(lambda: x.sum(), 50))(million()),
    "epoch": epoch,
    "first-step": first_step,
}
print(json.dumps({"value": measure[name](), "peakMemoryMB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
