"""Measures PyTorch: `python pytorch.py --threads N` serves requests as harness/serve.mjs does; `--cold` times import and first step."""
import json
import sys
import time

begun = time.perf_counter()
import torch
from torch import nn
from torch.nn import functional as F

if "--threads" in sys.argv:
    torch.set_num_threads(int(sys.argv[sys.argv.index("--threads") + 1]))

if "--cold" in sys.argv:
    X, y = torch.rand(64, 784), torch.randint(10, (64,))
    net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    loss = nn.CrossEntropyLoss()(net(X), y)
    loss.backward()
    optimizer.step()
    loss.item()
    print((time.perf_counter() - begun) * 1000)
    sys.exit(0)

from pytorch_epoch import book_epoch, memory_epoch, run_epochs


def values(count, seed):
    """The numbers of harness/values.mjs: a hash of the index, even in -0.5 to 0.5."""
    mask = 0xFFFFFFFF
    h = (torch.arange(count, dtype=torch.int64) + seed * 0x9E3779B1) & mask
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & mask
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & mask
    return ((h ^ (h >> 16)).double() / 2**32 - 0.5).float()


def linear(index, inputs, outputs):
    """A layer that begins with the weights that all implementations begin with."""
    layer = nn.Linear(inputs, outputs)
    with torch.no_grad():
        layer.weight.copy_((values(inputs * outputs, 10 + index).double() * (2 / inputs**0.5)).float().reshape(outputs, inputs))
        layer.bias.zero_()
    return layer


def step_operation(net, X, y, loss, optimizer, mode):
    def step(X, y):
        optimizer.zero_grad()
        l = loss(net(X), y)
        l.backward()
        optimizer.step()
        return l

    if mode == "compiled":
        net = torch.compile(net)
    return {"run": lambda: step(X, y), "probe": lambda: [step(X, y).item() for _ in range(5)]}


def mlp_step(mode, sizes, batch, dropout=()):
    layers = []
    for i in range(1, len(sizes)):
        layers.append(linear(i, sizes[i - 1], sizes[i]))
        if i < len(sizes) - 1:
            layers.append(nn.ReLU())
            if dropout:
                layers.append(nn.Dropout(dropout[i - 1]))
    net = nn.Sequential(*layers)
    X = values(batch * sizes[0], 1).reshape(batch, sizes[0]) + 0.5
    y = (torch.arange(batch) * 7 + 3) % sizes[-1]
    operation = step_operation(net, X, y, nn.CrossEntropyLoss(), torch.optim.SGD(net.parameters(), lr=0.1), mode)
    return {"run": operation["run"]} if dropout else operation


def regression_step(mode, features, batch, lr, weightDecay):
    net = linear(1, features, 1)
    X = values(batch * features, 1).reshape(batch, features) * 2
    y = values(batch, 2).reshape(batch, 1)
    groups = [{"params": net.weight, "weight_decay": weightDecay}, {"params": net.bias}] if weightDecay else net.parameters()
    return step_operation(net, X, y, nn.MSELoss(), torch.optim.SGD(groups, lr=lr), mode)


def product(m, k, n, transposeA, transposeB):
    a, b = values(m * k, 1), values(k * n, 2)
    a = a.reshape(k, m).t() if transposeA else a.reshape(m, k)
    b = b.reshape(n, k).t() if transposeB else b.reshape(k, n)
    return {"run": lambda: a @ b, "probe": lambda: (a @ b).flatten()[:100].tolist()}


def small_products(count, size):
    a, *others = [values(size * size, seed).reshape(size, size) for seed in range(1, count + 2)]

    def run():
        for b in others:
            last = torch.mm(a, b)
        return last

    return {"run": run, "probe": lambda: run().flatten().tolist()}


def elementwise(fn, rows, columns):
    x, y = (values(rows * columns, seed).reshape(rows, columns) for seed in (1, 2))
    weight, bias = torch.ones(columns), torch.zeros(columns)
    run = {
        "exp": lambda: x.exp(),
        "softmax": lambda: F.softmax(x, 1),
        "layerNorm": lambda: F.layer_norm(x, [columns], weight, bias),
        "add": lambda: x + y,
        "sum": lambda: x.sum(),
        "sumRows": lambda: x.sum(0),
        "sumColumns": lambda: x.sum(1),
        "max": lambda: x.max(),
        "exp_": lambda: y.copy_(x).exp_(),
        "add_": lambda: x.add_(y),
        "mul_": lambda: x.mul_(1),
        "relu_": lambda: x.relu_(),
    }[fn]
    return {"run": run, "probe": lambda: run().flatten()[:100].tolist()}


def build(test, mode):
    kind, args, data = test["kind"], test["args"], test.get("data")
    if kind == "mlp-step":
        return mlp_step(mode, **args)
    if kind == "regression-step":
        return regression_step(mode, **args)
    if kind == "product":
        return product(**args)
    if kind == "small-products":
        return small_products(**args)
    if kind == "elementwise":
        return elementwise(**args)
    if kind == "epoch":
        return {"run": memory_epoch(data)} if mode == "eager" else {"skipped": "the epoch is measured eagerly"}
    if kind == "epoch-book":
        return {"run": book_epoch(data)}
    if kind == "memory-peak":
        return {"value": lambda: run_epochs(data, args["epochs"])}
    return {"skipped": f"no {kind} in PyTorch"}


def timed(run, count):
    """Milliseconds that `count` runs take."""
    start = time.perf_counter()
    for _ in range(count):
        run()
    return (time.perf_counter() - start) * 1000


def warm_up(run, budget):
    count, spent = 1, 0.0
    while spent < budget:
        elapsed = timed(run, count)
        last = elapsed / count
        spent += elapsed
        count *= 2
    return last


def sample(run, estimate, samples, budget):
    count = max(1, round(budget / samples / estimate))
    times = max(1, min(samples, round(2 * budget / (count * estimate))))
    return [timed(run, count) / count for _ in range(times)]


built = {}
built_name = None


def answer(request):
    global built, built_name
    if request["do"] == "info":
        return {"version": torch.__version__, "threads": torch.get_num_threads(), "python": sys.version.split()[0]}
    test, mode = request["test"], request["mode"]
    if request["do"] == "probe":
        op = build(test, mode)
        return {"skipped": op["skipped"]} if "skipped" in op else {"values": op["probe"]() if "probe" in op else None}
    if built_name != test["name"]:
        built, built_name = {}, test["name"]
    if mode not in built:
        built[mode] = build(test, mode)
    op = built[mode]
    if "skipped" in op:
        return {"skipped": op["skipped"]}
    if "value" in op:
        return {"value": op["value"]()}
    if "estimate" not in op:
        op["estimate"] = warm_up(op["run"], request["budget"])
    times = sample(op["run"], op["estimate"], request["samples"], request["budget"])
    op["estimate"] = min(op["estimate"], *times)
    return {"times": times}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    print("@bench " + json.dumps(reply), flush=True)
