// When a captured step may run again, and when it is captured anew.
import { afterEach, describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { agree, batch, network, type Wrap } from "./support.js";

const { nn } = torch;
const ramp = (...shape: number[]) =>
  torch
    .arange(
      shape.reduce((n, s) => n * s, 1),
      { dtype: torch.float32 },
    )
    .reshape(shape);

afterEach(() => {
  torch.setDefaultDtype(torch.float32);
  torch.setNumThreads(1);
});

describe("arguments", () => {
  /** Calls with arguments from a list, twice over; every kind is captured once. */
  const kinds = (
    step: (...args: never[]) => torch.Tensor,
    calls: readonly (readonly unknown[])[],
    plans = calls.length,
  ) => {
    const counted = agree((wrap) => {
      const compiled = wrap(step as (...args: unknown[]) => torch.Tensor);
      return [...calls, ...calls, ...calls].map((args) => compiled(...args));
    });
    expect(counted).toMatchObject({ captured: plans, replayed: 3 * calls.length - plans });
  };

  it("of other shapes and types", () => {
    const step = (x: torch.Tensor) => x.mul(2).add(1);
    kinds(step, [[ramp(3)], [ramp(4)], [ramp(3, 1)], [ramp(1, 3)], [ramp(0, 3)], [ramp()], [ramp(3).double()]]);
    kinds(step, [[ramp(3).to(torch.int32)], [ramp(3).to(torch.uint8)], [ramp(3).to(torch.bool)]]);
  });

  it("of other strides", () => {
    const step = (x: torch.Tensor) => x.add(1).sum(0);
    kinds(step, [[ramp(4, 4)], [ramp(4, 4).t()], [ramp(4, 8).narrow(1, 2, 4)], [ramp(4, 1).expand(4, 4)]]);
  });

  it("at other offsets of one memory need no other plan", () => {
    kinds(
      (x: torch.Tensor) => x.mul(3),
      Array.from({ length: 5 }, (_, i) => [ramp(30).narrow(0, i * 3, 7)]),
      1,
    );
  });

  it("with other plain values", () => {
    const step = (x: torch.Tensor, n: number, o: { flip: boolean; list: number[] }) =>
      o.flip ? x.mul(n).neg() : x.mul(n).add(o.list[0]!);
    kinds(step as never, [
      [ramp(3), 1, { flip: true, list: [1] }],
      [ramp(3), 2, { flip: true, list: [1] }],
      [ramp(3), 2, { flip: false, list: [1] }],
      [ramp(3), 2, { flip: false, list: [2] }],
      [ramp(3), 2, { flip: false, list: [2, 3] }],
      [ramp(3), Number.NaN, { flip: false, list: [2] }],
    ]);
  });

  it("left out, or more of them", () => {
    const step = (x: torch.Tensor, y?: torch.Tensor) => (y === undefined ? x.neg() : x.add(y));
    kinds(step as never, [[ramp(3)], [ramp(3), ramp(3)], [ramp(3), undefined]]);
  });

  it("in arrays and objects", () => {
    const step = ({ x, rest }: { x: torch.Tensor; rest: torch.Tensor[] }) => rest.reduce((a, b) => a.add(b), x);
    kinds(step as never, [
      [{ x: ramp(3), rest: [ramp(3)] }],
      [{ x: ramp(3), rest: [ramp(3), ramp(1)] }],
      [{ rest: [], x: ramp(3) }],
    ]);
  });

  it("the same tensor twice, and two in one memory", () => {
    const step = (x: torch.Tensor, y: torch.Tensor) => {
      x.add_(1);
      return x.mul(y);
    };
    const { replayed, captured } = agree((wrap) => {
      const compiled = wrap(step);
      const results: torch.Tensor[] = [];
      for (let i = 0; i < 12; i++) {
        const x = torch.full([4], i + 1, { dtype: torch.float32 });
        const data = ramp(12);
        if (i % 4 === 0) results.push(compiled(x, x));
        else if (i % 4 === 1) results.push(compiled(x, ramp(4)));
        else if (i % 4 === 2) results.push(compiled(data.narrow(0, i % 3, 4), data.narrow(0, 2 + (i % 3), 4)));
        else results.push(compiled(data.narrow(0, 0, 4), data.narrow(0, 8, 4)), data);
      }
      return results;
    });
    expect({ replayed, captured }).toEqual({ replayed: 8, captured: 4 });
  });

  it("columns of one batch", () => {
    const { replayed } = agree((wrap) => {
      const step = wrap((x: torch.Tensor, y: torch.Tensor) => x.sum(1, { keepdim: true }).mul(y));
      const data = torch.randn(50, 6);
      return Array.from({ length: 10 }, (_, i) => {
        const rows = data.narrow(0, 5 * i, 5);
        return step(rows.narrow(1, 0, 5), rows.narrow(1, 5, 1));
      });
    });
    expect(replayed).toBe(9);
  });

  it("that the step uses by a closure as well", () => {
    const data = ramp(4);
    const { replayed } = agree((wrap) => {
      const step = wrap((x: torch.Tensor) => x.mul(2).add(data));
      const under = wrap((x: torch.Tensor) => torch.noGrad(() => nn.functional.linear(x, data.reshape(1, 4))));
      const own = data.clone();
      const results = [step(data), step(ramp(4)), step(own), step(data), step(own)];
      const rows = [data.reshape(1, 4), own.reshape(1, 4), ramp(1, 4), data.reshape(1, 4)];
      return [...results, ...rows.map((row) => under(row))];
    });
    expect(replayed).toBeGreaterThanOrEqual(3);
  });

  it("a slice of what the step uses by a closure", () => {
    agree((wrap) => {
      const data = ramp(8, 3);
      const step = wrap((x: torch.Tensor) => x.sub(data.mean(0)));
      return [0, 4, 2, 0].map((i) => step(data.narrow(0, i, 2))).concat(step(ramp(2, 3)), step(data.narrow(0, 1, 2)));
    });
  });

  it("modules, optimizers and generators", () => {
    const { replayed } = agree((wrap) => {
      const step = wrap((net: torch.nn.Module, o: torch.optim.Optimizer, g: torch.Generator, x: torch.Tensor) => {
        o.zeroGrad();
        const l = net(x.add(torch.rand(x.shape, { generator: g })))
          .square()
          .mean();
        l.backward();
        o.step();
        return l;
      });
      const nets = [network(), network()];
      const optimizers = nets.map((net) => new torch.optim.SGD(net.parameters(), { lr: 0.1 }));
      const generators = [1, 2].map((seed) => new torch.Generator().manualSeed(seed));
      return Array.from({ length: 12 }, (_, i) =>
        step(nets[i % 2]!, optimizers[i % 2]!, generators[i % 2]!, batch(i)[0]),
      );
    });
    expect(replayed).toBe(10);
  });

  it("empty batches", () => {
    const { replayed } = agree((wrap) => {
      const net = network();
      const step = wrap((x: torch.Tensor) => [net(x), x.sum(), torch.cat([x, x.narrow(0, x.shape[0]!, 0)]).mul(2)]);
      return torch.noGrad(() => [0, 2, 0, 2, 0, 2].flatMap((rows) => step(ramp(rows, 12))));
    });
    expect(replayed).toBe(4);
  });
});

describe("everything else that a step depends on", () => {
  it("the default type, and whether gradients are recorded", () => {
    const program = (wrap: Wrap) => {
      const net = network();
      const step = wrap((x: torch.Tensor) => net(x).detach().add(torch.zeros(1)).add(torch.tensor(0.1)));
      const results: torch.Tensor[] = [];
      for (let i = 0; i < 12; i++) {
        torch.setDefaultDtype(i % 4 < 2 ? torch.float32 : torch.float64);
        const call = () => step(batch(i)[0]);
        results.push(i % 2 === 0 ? call() : torch.noGrad(call));
      }
      torch.setDefaultDtype(torch.float32);
      return results;
    };
    expect(agree(program)).toMatchObject({ captured: 4, replayed: 8 });
  });

  it("the number of threads", () => {
    const step = torch.compile((x: torch.Tensor) => x.add(1));
    for (const threads of [1, 2, 1, 2, 3, 1]) {
      torch.setNumThreads(threads);
      expect(step(ramp(2)).tolist()).toEqual([1, 2]);
    }
    expect(step.report()).toMatchObject({ captured: 3, replayed: 3 });
  });

  it("training and evaluation: dropout, running statistics", () => {
    const { replayed } = agree((wrap) => {
      const net = new nn.Sequential(nn.Linear && new nn.Linear(12, 8), new nn.BatchNorm1d(8), new nn.Dropout(0.4));
      const step = wrap((x: torch.Tensor) => net(x).detach());
      const results: torch.Tensor[] = [];
      for (let i = 0; i < 12; i++) {
        net.train(i % 3 !== 2);
        results.push(step(batch(i)[0]));
      }
      return [...results, ...net.buffers()];
    });
    expect(replayed).toBe(10);
  });

  it("settings of layers", () => {
    agree((wrap) => {
      const drop = new nn.Dropout(0.4);
      const step = wrap((x: torch.Tensor) => drop(x));
      return Array.from({ length: 9 }, (_, i) => {
        if (i % 3 === 0) Object.assign(drop, { p: 0.1 * (i + 1) });
        return step(batch(i)[0]);
      });
    });
  });

  it("layers appended, exchanged and removed", () => {
    class Stack extends nn.Module {
      layers = new nn.ModuleList([new nn.Linear(12, 12)]);
      override forward(x: torch.Tensor): torch.Tensor {
        let y = x;
        for (const layer of this.layers as unknown as Iterable<torch.nn.Module>) y = layer(y).tanh();
        return y;
      }
    }
    const { replayed } = agree((wrap) => {
      const net = new Stack();
      const flat = new nn.Sequential(new nn.Linear(12, 12), new nn.ReLU());
      const [deep, shallow] = [net, flat].map((m) => wrap((x: torch.Tensor) => torch.noGrad(() => m(x)))) as [
        (x: torch.Tensor) => torch.Tensor,
        (x: torch.Tensor) => torch.Tensor,
      ];
      const results: torch.Tensor[] = [];
      for (let i = 0; i < 12; i++) {
        if (i === 3) net.layers.append(new nn.Linear(12, 12));
        if (i === 6) net.layers[0] = new nn.Linear(12, 12);
        if (i === 9) flat.append(new nn.Linear(12, 3));
        results.push(deep(batch(i)[0]), shallow(batch(i)[0]));
      }
      return results;
    });
    expect(replayed).toBe(24 - 3 - 2);
  });

  it("a forward of one's own", () => {
    const { replayed } = agree((wrap) => {
      const net = new nn.Linear(12, 3);
      const step = wrap((x: torch.Tensor) => torch.noGrad(() => net(x)));
      const results: torch.Tensor[] = [];
      for (let i = 0; i < 9; i++) {
        if (i === 4) Object.assign(net, { forward: (x: torch.Tensor) => x.sum(1) });
        results.push(step(batch(i)[0]));
      }
      return results;
    });
    expect(replayed).toBe(7);
  });

  it("anomaly detection: runs as it is", () => {
    const step = torch.compile((x: torch.Tensor) => x.log());
    step(ramp(3));
    torch.autograd.detectAnomaly(() => step(ramp(3)));
    step(ramp(3));
    expect(step.report()).toMatchObject({ captured: 1, replayed: 1 });
  });
});

describe("plans", () => {
  it("are at most eight: the one not used for longest goes", () => {
    const step = torch.compile((x: torch.Tensor) => x.add(1));
    const run = (n: number) => expect(step(ramp(n)).shape).toEqual([n]);
    for (let n = 1; n <= 8; n++) run(n);
    run(1);
    run(9);
    expect(step.report()).toMatchObject({ plans: 8, captured: 9, replayed: 1 });
    run(1);
    expect(step.report()).toMatchObject({ plans: 8, captured: 9, replayed: 2 });
    run(2);
    expect(step.report()).toMatchObject({ plans: 8, captured: 10, replayed: 2 });
  });

  it("are given up where no call is like another", () => {
    const step = torch.compile((x: torch.Tensor, n: number) => x.add(n));
    for (let n = 0; n < 60; n++) expect(step(ramp(2), n).tolist()).toEqual([n, n + 1]);
    const { captured, eager, reason } = step.report();
    expect(captured).toBeLessThan(40);
    expect(captured + eager).toBe(60);
    expect(reason?.en).toContain("in every call");
    step.dispose();
    step(ramp(2), 1);
    step(ramp(2), 1);
    expect(step.report()).toMatchObject({ plans: 1, captured: captured + 1, replayed: 1, reason: null });
  });

  it("are disposed of, and made again", () => {
    const { replayed } = agree((wrap) => {
      const net = network();
      const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.5 });
      const step = wrap((x: torch.Tensor) => {
        optimizer.zeroGrad();
        const l = net(x).square().mean();
        l.backward();
        optimizer.step();
        return l;
      });
      const results: torch.Tensor[] = [];
      for (let i = 0; i < 12; i++) {
        results.push(step(batch(i)[0]));
        if (i % 4 !== 3) continue;
        if ("dispose" in step) (step.dispose as () => void)();
        results.push(...net.parameters().map((p) => p.grad!));
      }
      return [...results, ...net.parameters().map((p) => p.grad!)];
    });
    expect(replayed).toBe(8);
  });

  it("take each other's results and gradients", () => {
    agree((wrap) => {
      const net = network();
      const forward = wrap((x: torch.Tensor) => torch.noGrad(() => net(x)));
      const twice = wrap((y: torch.Tensor) => y.mul(2));
      return Array.from({ length: 8 }, (_, i) => twice(twice(forward(batch(i)[0]))));
    });
  });

  it("contain compiled functions that a step calls", () => {
    const inner = torch.compile((x: torch.Tensor) => x.mul(2));
    const outer = torch.compile((x: torch.Tensor) => inner(inner(x)).add(1));
    for (let i = 0; i < 3; i++) expect(outer(torch.full([2], i)).tolist()).toEqual([4 * i + 1, 4 * i + 1]);
    expect([inner.report().captured, outer.report().replayed]).toEqual([0, 2]);
  });
});
