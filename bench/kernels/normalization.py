"""The cases of normalization.mjs in PyTorch: python normalization.py THREADS REGEX; prints microseconds as JSON."""
import json
import re
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
only = re.compile(sys.argv[2])
torch.manual_seed(0)
wide, square, logits = torch.randn(1000, 1000), torch.randn(256, 256), torch.randn(256, 10)
labels = torch.randint(10, (256,))


def both(x, parameters, f):
    leaf = x.clone().requires_grad_()
    g = None if f(leaf).ndim == 0 else torch.randn(x.shape)
    parameters = list(parameters)

    def run():
        leaf.grad = None
        for p in parameters:
            p.grad = None
        f(leaf).backward(g)

    return run


def no_grad(f):
    def run():
        with torch.no_grad():
            f()

    return run


layer, batch = nn.LayerNorm(1000), nn.BatchNorm1d(256)
cases = {
    "layerNorm (1000,1000) forward": no_grad(lambda: layer(wide)),
    "layerNorm (1000,1000) both": both(wide, layer.parameters(), layer),
    "batchNorm (256,256) both": both(square, batch.parameters(), batch),
    "dropout (256,256) both": both(square, [], lambda x: F.dropout(x, 0.5)),
    "softmax (1000,1000) forward": lambda: wide.softmax(1),
    "softmax (1000,1000) both": both(wide, [], lambda x: x.softmax(1)),
    "logSoftmax (1000,1000) forward": lambda: wide.log_softmax(1),
    "softmax (256,10) forward": lambda: logits.softmax(1),
    "softmax (256,10) both": both(logits, [], lambda x: x.softmax(1)),
    "crossEntropy (256,10) both": both(logits, [], lambda x: F.cross_entropy(x, labels)),
    "crossEntropy none (256,10) both": both(logits, [], lambda x: F.cross_entropy(x, labels, reduction="none").sum()),
}


def best(body):
    begun, calls = time.perf_counter(), 0
    while time.perf_counter() - begun < 0.15:
        body()
        calls += 1
    count, shortest, end = max(1, round(calls / 8)), float("inf"), time.perf_counter() + 1
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(count):
            body()
        shortest = min(shortest, (time.perf_counter() - start) / count)
    return shortest * 1e6


print(json.dumps({name: best(body) for name, body in cases.items() if only.search(name)}))
