// Memory that is given back early is never memory that somebody can still reach.
import { describe, expect, it } from "vitest";
import { moveAllOut } from "../../src/engine/storage.js";
import * as torch from "../../src/index.js";
import { firstDifference } from "../support/compare.js";

const { nn } = torch;

/** Takes and fills freed memory of every size that the tests use, so that a tensor on it would show. */
function overwriteFreed(): void {
  for (const count of [1, 2, 4, 8, 12, 16, 20, 32, 64, 100, 640, 1024, 4096, 10_000, 64_000]) {
    for (let i = 0; i < 12; i++) torch.full([count], -12345.5);
  }
}

/** Runs `body` on a tensor's holder and expects every tensor that it returns to keep its values through `after`. */
function expectKept(tensors: readonly torch.Tensor[], after: () => void): void {
  const before = tensors.map((t) => t.toTypedArray());
  after();
  overwriteFreed();
  tensors.forEach((t, i) => {
    expect(t.storage.released, `tensor ${i} of shape [${t.shape}] was released`).toBe(false);
    const difference = firstDifference(t.toTypedArray(), before[i]!);
    expect(difference, `tensor ${i} of shape [${t.shape}]: ${difference}`).toBe(null);
  });
}

/** Sizes in tiny, small and large storages. */
const SIZES = [
  [2, 4],
  [16, 20],
  [64, 100],
] as const;

describe.each(SIZES)("a network of batch %i and width %i", (batch, width) => {
  const linear = () => new nn.Linear(width, width);
  const inputs = () => torch.randn(batch, width);

  it.each<[string, () => torch.nn.Module]>([
    ["ends in a layer with weights", () => new nn.Sequential(linear(), new nn.ReLU(), linear())],
    ["ends in an activation", () => new nn.Sequential(linear(), new nn.Sigmoid())],
    ["ends in a fused activation", () => new nn.Sequential(linear(), new nn.ReLU())],
    ["ends in a view", () => new nn.Sequential(linear(), new nn.Flatten())],
    ["ends in two views", () => new nn.Sequential(linear(), new nn.Tanh(), new nn.Flatten(), new nn.Flatten(0))],
    ["ends in a dropout that does nothing", () => new nn.Sequential(linear(), new nn.Dropout(0.5)).eval()],
    ["ends in a dropout of 0", () => new nn.Sequential(linear(), new nn.ReLU(), new nn.Dropout(0))],
    [
      "holds normalizations and dropout",
      () =>
        new nn.Sequential(
          ...[linear(), new nn.BatchNorm1d(width), new nn.ReLU(), new nn.Dropout(0.5), linear()],
          ...[new nn.LayerNorm(width), new nn.RMSNorm(width), new nn.GroupNorm(2, width), linear()],
        ),
    ],
    ["ends in a normalization", () => new nn.Sequential(linear(), new nn.LayerNorm(width), new nn.BatchNorm1d(width))],
    ["ends in an activation in place", () => new nn.Sequential(linear(), new nn.ReLU({ inplace: true }))],
    ["has views in its middle", () => new nn.Sequential(linear(), new nn.Flatten(), new nn.Dropout(0), linear())],
    [
      "is nested",
      () =>
        new nn.Sequential(new nn.Sequential(linear(), new nn.ReLU()), new nn.Sequential(linear(), new nn.Flatten())),
    ],
    ["holds an identity", () => new nn.Sequential(linear(), new nn.Identity(), new nn.ReLU(), new nn.Identity())],
  ])("keeps its output when it %s", (_, make) => {
    const net = make();
    const x = inputs();
    const output = net(x);
    const squares = output.square();
    expectKept([x, output, squares], () => squares.sum().backward());
    const evaluated = torch.noGrad(() => net(x));
    expectKept([x, evaluated], () => torch.noGrad(() => net(x)));
  });

  it("keeps what was computed from hidden values by somebody else", () => {
    class Spy extends nn.Module {
      seen: torch.Tensor[] = [];
      override forward(x: torch.Tensor) {
        this.seen.push(x);
        return x;
      }
    }
    const spies = [new Spy(), new Spy(), new Spy()] as const;
    const net = new nn.Sequential(linear(), spies[0], new nn.ReLU(), spies[1], linear(), new nn.Tanh(), spies[2]);
    const output = net(inputs());
    const seen = spies.flatMap((s) => s.seen);
    expect(seen.length).toBe(3);
    expectKept([...seen, output], () => output.sum().backward());
  });

  it("keeps what a subclass of a layer, or a replaced forward, has seen", () => {
    const seen: torch.Tensor[] = [];
    class Watched extends nn.Linear {
      override forward(x: torch.Tensor) {
        const y = super.forward(x);
        seen.push(x, y);
        return y;
      }
    }
    const plain = linear();
    const forward = plain.forward.bind(plain);
    plain.forward = (x: torch.Tensor) => {
      const y = forward(x);
      seen.push(x, y);
      return y;
    };
    const net = new nn.Sequential(
      linear(),
      new nn.ReLU(),
      new Watched(width, width),
      new nn.ReLU(),
      plain,
      new nn.ReLU(),
      linear(),
    );
    const output = net(inputs());
    expect(seen.length).toBe(4);
    expectKept(seen, () => output.sum().backward());
  });

  it("gives the same gradients however passes are interleaved", () => {
    const net = new nn.Sequential(linear(), new nn.ReLU(), new nn.Flatten(), linear(), new nn.Tanh());
    const [a, b] = [inputs(), inputs()];
    const gradients = () => net.parameters().map((p) => p.grad!.toTypedArray());
    const separately = (order: torch.Tensor[]) => {
      net.zeroGrad();
      for (const x of order) net(x).square().sum().backward();
      return gradients();
    };
    const want = separately([a, b]);
    const close = (what: string) => {
      gradients().forEach((g, i) => {
        g.forEach((v, j) => {
          expect(Math.abs(v - want[i]![j]!), `${what}, ${i}: ${j}`).toBeLessThanOrEqual(
            1e-4 * (1 + Math.abs(want[i]![j]!)),
          );
        });
      });
    };
    net.zeroGrad();
    const [ya, yb] = [net(a).square().sum(), net(b).square().sum()];
    overwriteFreed();
    moveAllOut();
    ya.backward();
    overwriteFreed();
    yb.backward();
    close("two forward passes first");

    net.zeroGrad();
    net(a).square().sum().add(net(b).square().sum()).backward();
    close("twice in one graph");

    net.zeroGrad();
    const y = net(a).square().sum();
    y.backward({ retainGraph: true });
    overwriteFreed();
    torch.noGrad(() => net(b));
    net.zeroGrad();
    y.backward({ retainGraph: true });
    moveAllOut();
    net(b).square().sum().backward();
    close("retained, with an evaluation in between");
  });

  it("feeds a network with its own output", () => {
    const net = new nn.Sequential(linear(), new nn.Tanh());
    const x = inputs().requiresGrad_();
    const outputs: torch.Tensor[] = [x];
    for (let i = 0; i < 4; i++) outputs.push(net(outputs[i]!));
    expectKept(outputs, () => outputs[4]!.sum().backward());
    expect(x.grad!.shape).toEqual([batch, width]);
  });
});

describe("gradients", () => {
  it("are one buffer each, although a sum hands the same one to both", () => {
    const a = torch.ones(3, { requiresGrad: true });
    const b = torch.ones(3, { requiresGrad: true });
    a.add(b).sum().backward();
    a.grad!.fill_(7);
    expect(b.grad!.tolist()).toEqual([1, 1, 1]);
    const c = torch.ones(3, { requiresGrad: true });
    const d = torch.ones(3, { requiresGrad: true });
    const seed = torch.ones(3);
    c.add(d).add(c).backward(seed);
    c.grad!.fill_(7);
    expect(d.grad!.tolist()).toEqual([1, 1, 1]);
    expect(seed.tolist()).toEqual([1, 1, 1]);
  });

  it("survive later passes, steps and zeroGrad where somebody holds them", () => {
    const net = new nn.Linear(20, 30);
    const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
    const held: torch.Tensor[] = [];
    const copies: ArrayLike<number>[] = [];
    for (let step = 0; step < 5; step++) {
      optimizer.zeroGrad();
      net(torch.randn(8, 20)).square().mean().backward();
      held.push(net.weight.grad!, net.bias!.grad!);
      copies.push(net.weight.grad!.toTypedArray(), net.bias!.grad!.toTypedArray());
      optimizer.step();
      overwriteFreed();
    }
    held.forEach((g, i) => {
      expect(firstDifference(g.toTypedArray(), copies[i]!)).toBe(null);
    });
    expect(new Set(held.map((g) => g.storage)).size).toBe(10);
  });

  it("that were never looked at give their memory to the next step", () => {
    const net = new nn.Linear(300, 300);
    const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0 });
    const step = () => {
      optimizer.zeroGrad();
      net(torch.ones(4, 300)).sum().backward();
      optimizer.step();
    };
    for (let i = 0; i < 3; i++) step();
    const before = torch.memory().engine;
    for (let i = 0; i < 50; i++) step();
    expect(torch.memory().engine - before).toBeLessThan(2 ** 20);
  });
});

describe("losses", () => {
  it("keep their inputs", () => {
    const F = nn.functional;
    const logits = torch.randn(30, 10, { requiresGrad: true });
    const scores = logits.mul(1);
    const target = torch.randint(0, 10, [30]);
    const values = torch.randn(30, 10);
    for (const reduction of ["none", "mean", "sum"] as const) {
      for (const loss of [
        F.crossEntropy(scores, target, { reduction }),
        F.mseLoss(scores, values, { reduction }),
        F.l1Loss(scores, values, { reduction }),
      ]) {
        expectKept([logits, scores, values, target, loss], () => loss.sum().backward({ retainGraph: true }));
        expectKept([logits, scores, loss], () => loss.sum().backward());
      }
    }
  });

  it("do not keep their batch once the pass is done", () => {
    const net = new nn.Sequential(new nn.Linear(500, 20), new nn.ReLU(), new nn.Linear(20, 3));
    const target = torch.zeros(500, { dtype: torch.int32 });
    const registry: WeakRef<torch.Tensor>[] = [];
    const losses: torch.Tensor[] = [];
    for (let i = 0; i < 4; i++) {
      const x = torch.randn(500, 500);
      registry.push(new WeakRef(x));
      const loss = nn.functional.crossEntropy(net(x), target);
      loss.backward();
      losses.push(loss);
    }
    // Reaching from the kept losses through public and private fields alike.
    const seen = new Set<object>();
    const stack: unknown[] = [...losses];
    while (stack.length > 0) {
      const value = stack.pop();
      if (typeof value !== "object" || value === null || seen.has(value) || ArrayBuffer.isView(value)) continue;
      seen.add(value);
      stack.push(...Object.values(value));
    }
    for (const x of registry) expect(seen.has(x.deref() ?? {})).toBe(false);
    expect(losses.every((l) => Number.isFinite(l.item()))).toBe(true);
  });
});
