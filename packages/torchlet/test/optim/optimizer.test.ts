// What all optimizers share: groups, gradients of every kind, steps with closures, and what is refused.
import { afterEach, describe, expect, it } from "vitest";
import { memoryReport } from "../../src/engine/index.js";
import * as torch from "../../src/index.js";
import { firstFar } from "../support/compare.js";

const { optim, nn } = torch;
type Constructor = new (
  parameters: Iterable<torch.Tensor>,
  options?: Record<string, unknown>,
) => torch.optim.Optimizer & { step(): void };

const ALL: Record<string, Constructor> = {
  SGD: optim.SGD,
  Adam: optim.Adam,
  AdamW: optim.AdamW,
  Adagrad: optim.Adagrad,
  Adadelta: optim.Adadelta,
  Adamax: optim.Adamax,
  NAdam: optim.NAdam,
  RAdam: optim.RAdam,
  RMSprop: optim.RMSprop,
  Rprop: optim.Rprop,
  ASGD: optim.ASGD,
} as unknown as Record<string, Constructor>;

const float = (values: number[]) => torch.tensor(values, { dtype: torch.float32 });
const parameter = (...values: number[]) => new nn.Parameter(float(values));

afterEach(() => torch.setLocale(null));

describe.each(Object.entries(ALL))("%s", (name, Optimizer) => {
  const options = name === "SGD" ? { momentum: 0.9, nesterov: true } : {};

  it("steps every length as it steps one element: vectors and what is left of them", () => {
    const at = (i: number, n: number) => Math.sin(i * 7 + n);
    for (const dtype of [torch.float32, torch.float64]) {
      const whole = new nn.Parameter(
        torch.tensor(
          Array.from({ length: 19 }, (_, i) => at(i, 0)),
          { dtype },
        ),
      );
      const singles = whole.tolist() as number[];
      const parts = [1, 2, 3, 5, 8].map((n, k) => {
        const from = [0, 1, 3, 6, 11][k]!;
        return new nn.Parameter(torch.tensor(singles.slice(from, from + n), { dtype }));
      });
      const [a, b] = [new Optimizer([whole], options), new Optimizer(parts, options)];
      for (let t = 1; t <= 4; t++) {
        const gradient = Array.from({ length: 19 }, (_, i) => at(i, t));
        whole.grad = torch.tensor(gradient, { dtype });
        let from = 0;
        for (const p of parts) {
          p.grad = torch.tensor(gradient.slice(from, from + p.numel()), { dtype });
          from += p.numel();
        }
        a.step();
        b.step();
      }
      expect(parts.flatMap((p) => p.tolist())).toEqual(whole.tolist());
    }
  });

  it("touches nothing but the parameter: neighbours in memory keep their values", () => {
    const block = float(Array.from({ length: 16 }, (_, i) => i));
    const p = new nn.Parameter(block.narrow(0, 4, 5));
    const optimizer = new Optimizer([p], options);
    p.grad = torch.ones(5);
    optimizer.step();
    const values = block.tolist() as number[];
    expect([...values.slice(0, 4), ...values.slice(9)]).toEqual([0, 1, 2, 3, 9, 10, 11, 12, 13, 14, 15]);
    expect(values[4]).not.toBe(4);
  });

  it("steps transposed parameters and gradients as their copies", () => {
    const values = torch.arange(6).to(torch.float32).reshape(2, 3);
    const p = new nn.Parameter(values.clone().t());
    const q = new nn.Parameter(values.t().contiguous());
    const g = float([1, -2, 3, -4, 5, -6]).reshape(2, 3);
    const optimizer = new Optimizer([p, q], options);
    for (let t = 0; t < 3; t++) {
      p.grad = g.t();
      q.grad = g.t().contiguous();
      optimizer.step();
    }
    expect(p.isContiguous()).toBe(false);
    expect(p.tolist()).toEqual(q.tolist());
  });

  it("leaves parameters without a gradient alone, and accepts empty and 0-dimensional ones", () => {
    const [p, q, empty] = [parameter(1), parameter(2), new nn.Parameter(torch.zeros(0, 3))];
    const scalar = new nn.Parameter(torch.tensor(3, { dtype: torch.float32 }));
    const optimizer = new Optimizer([p, q, empty, scalar], options);
    [q.grad, empty.grad, scalar.grad] = [torch.ones(1), torch.zeros(0, 3), torch.ones(1).reshape([])];
    optimizer.step();
    expect(p.item()).toBe(1);
    expect(q.item()).not.toBe(2);
    expect(scalar.item()).not.toBe(3);
    expect(optimizer.state.has(p)).toBe(false);
  });

  it("bumps the version, so that backward notices", () => {
    const p = parameter(1, 2);
    const optimizer = new Optimizer([p], options);
    const loss = p.mul(p).sum();
    p.grad = torch.ones(2);
    optimizer.step();
    expect(() => loss.backward()).toThrow(torch.AutogradError);
  });

  it("carries a NaN on", () => {
    const p = parameter(1, 2);
    const optimizer = new Optimizer([p], options);
    p.grad = float([Number.NaN, 1]);
    optimizer.step();
    // The sign of NaN is 0 in PyTorch: Rprop stays.
    expect(Number.isNaN((p.tolist() as number[])[0]!)).toBe(name !== "Rprop");
    expect((p.tolist() as number[])[1]).not.toBe(2);
  });

  it("keeps memory flat over many steps", () => {
    const p = new nn.Parameter(torch.ones(1000));
    const optimizer = new Optimizer([p], options);
    const step = () => {
      optimizer.zeroGrad();
      p.mul(p).sum().backward();
      optimizer.step();
    };
    for (let t = 0; t < 20; t++) step();
    const before = memoryReport();
    for (let t = 0; t < 500; t++) step();
    expect(memoryReport().extent).toBe(before.extent);
    expect(memoryReport().tenured).toBe(before.tenured);
  });

  it("prints its settings", () => {
    const text = String(new Optimizer([parameter(1)], options));
    expect(text.startsWith(`${name} (\nParameter Group 0\n`)).toBe(true);
    expect(text).toMatch(/\n {4}lr: [\d.e-]+\n/);
  });
});

describe("groups", () => {
  it("take what they do not set from the options", () => {
    const [p, q] = [parameter(1), parameter(1)];
    const optimizer = new optim.SGD([{ params: [p] }, { params: q, lr: 0.5, momentum: undefined }], { lr: 0.25 });
    expect(optimizer.paramGroups.map((g) => [g.lr, g.momentum, g.params.length])).toEqual([
      [0.25, 0, 1],
      [0.5, 0, 1],
    ]);
    p.grad = torch.ones(1);
    q.grad = torch.ones(1);
    optimizer.step();
    expect([p.item(), q.item()]).toEqual([0.75, 0.5]);
  });

  it("can be added, and their settings changed between steps", () => {
    const [p, q] = [parameter(1), parameter(1)];
    const optimizer = new optim.SGD([p], 0.5);
    optimizer.addParamGroup({ params: q, lr: 0.25 });
    optimizer.paramGroups[0]!.lr = 1;
    for (const x of [p, q]) x.grad = torch.ones(1);
    optimizer.step();
    expect([p.item(), q.item()]).toEqual([0, 0.75]);
  });

  it("may mix data types", () => {
    const p = parameter(1);
    const q = new nn.Parameter(torch.ones(3, { dtype: torch.float64 }));
    const optimizer = new optim.Adam([p, q], { lr: 0.1 });
    p.grad = torch.ones(1);
    q.grad = torch.ones(3, { dtype: torch.float64 });
    optimizer.step();
    expect(p.item()).toBeCloseTo(0.9, 6);
    expect(firstFar(q.toTypedArray(), [0.9, 0.9, 0.9], 1e-8)).toBeNull();
  });

  it("keep the names of named parameters", () => {
    const net = new nn.Sequential(new nn.Linear(2, 1));
    const optimizer = new optim.SGD(net.namedParameters(), { lr: 0.1 });
    expect(optimizer.paramGroups[0]!.paramNames).toEqual(["0.weight", "0.bias"]);
  });

  it("may have more parameters than one instruction holds", () => {
    const many = Array.from({ length: 9001 }, (_, i) => parameter(i));
    const optimizer = new optim.SGD(many, { lr: 1 });
    const one = torch.ones(1);
    for (const p of many) p.grad = one;
    optimizer.step();
    expect(many.every((p, i) => p.item() === i - 1)).toBe(true);
  });
});

describe("momentum that comes later", () => {
  it("begins with the gradient", () => {
    const p = parameter(0);
    const optimizer = new optim.SGD([p], { lr: 1, dampening: 0.5 });
    const step = () => {
      p.grad = torch.ones(1);
      optimizer.step();
    };
    step();
    optimizer.paramGroups[0]!.momentum = 0.5;
    step();
    expect(p.item()).toBe(-2);
    step();
    // b = 0.5 * 1 + 0.5 * 1
    expect(p.item()).toBe(-3);
  });

  it("and amsgrad find their state", () => {
    const p = parameter(1);
    const optimizer = new optim.Adam([p], { lr: 0.1 });
    const step = () => {
      p.grad = torch.ones(1);
      optimizer.step();
    };
    step();
    optimizer.paramGroups[0]!.amsgrad = true;
    step();
    expect(optimizer.state.get(p)!.maxExpAvgSq!.item()).toBeGreaterThan(0);
  });
});

describe("step", () => {
  it("runs a closure with recording on and returns its loss", () => {
    const p = parameter(3);
    const optimizer = new optim.SGD([p], { lr: 0.5 });
    const loss = torch.noGrad(() =>
      optimizer.step(() => {
        optimizer.zeroGrad();
        const l = p.mul(p).sum();
        l.backward();
        return l;
      }),
    );
    expect(loss.item()).toBe(9);
    expect(p.item()).toBe(0);
    expect(optimizer.step()).toBeUndefined();
  });
});

describe("zeroGrad", () => {
  it("removes gradients, or sets them to 0", () => {
    const p = parameter(1, 2);
    const optimizer = new optim.SGD([p], { lr: 0.5 });
    p.mul(p).sum().backward();
    const held = p.grad!;
    optimizer.zeroGrad({ setToNone: false });
    expect(p.grad!.tolist()).toEqual([0, 0]);
    expect(p.grad).toBe(held);
    optimizer.zeroGrad();
    expect(p.grad).toBeNull();
    expect(held.tolist()).toEqual([0, 0]);
  });

  it("leaves a gradient alone that the user passed in or that is part of a graph", () => {
    const p = parameter(1, 2);
    const optimizer = new optim.SGD([p], { lr: 0.5 });
    p.pow(3).sum().backward({ createGraph: true });
    const second = p.gradient!;
    optimizer.zeroGrad();
    second.sum().backward();
    expect(p.grad!.tolist()).toEqual([6, 12]);

    const given = torch.ones(2);
    optimizer.zeroGrad();
    p.backward(given, { createGraph: true });
    optimizer.zeroGrad();
    torch.zeros(2);
    expect(given.tolist()).toEqual([1, 1]);
  });
});

describe("what is refused", () => {
  const p = parameter(1);

  it("lists without parameters, twice the same, and what was computed", () => {
    expect(() => new optim.SGD([])).toThrow("SGD: the list of parameters is empty");
    expect(() => new optim.SGD([p, p])).toThrow("SGD: a parameter appears more than once");
    expect(() => new optim.SGD([p.mul(2)])).toThrow("SGD: only leaf tensors can be optimized");
    expect(() => new optim.SGD(p as unknown as torch.Tensor[])).toThrow("pass [tensor]");
    const optimizer = new optim.SGD([p]);
    expect(() => optimizer.addParamGroup({ params: [p] })).toThrow("a parameter appears more than once");
    expect(optimizer.paramGroups.length).toBe(1);
  });

  it.each([
    ["SGD", { lr: -1 }, "SGD: lr must be a number of at least 0, got -1"],
    ["SGD", { lr: Number.NaN }, "got NaN"],
    ["SGD", { momentum: -1 }, "momentum must be a number of at least 0"],
    ["SGD", { nesterov: true }, "Nesterov momentum needs a momentum and no dampening"],
    ["Adam", { betas: [1, 0.9] }, "Adam: betas[0] must be at least 0 and below 1, got 1"],
    ["AdamW", { betas: [0.9, -0.1] }, "AdamW: betas[1] must be at least 0 and below 1, got -0.1"],
    ["Adam", { betas: 0.9 }, "betas must be an array of two numbers, got 0.9"],
    ["Adam", { eps: -1e-8 }, "eps must be a number of at least 0"],
    ["Adadelta", { rho: 1.5 }, "rho must be between 0 and 1, got 1.5"],
    ["Adagrad", { lrDecay: -1 }, "lrDecay must be a number of at least 0"],
    ["RMSprop", { alpha: -1 }, "alpha must be a number of at least 0"],
    ["NAdam", { momentumDecay: -1 }, "momentumDecay must be a number of at least 0"],
    ["Rprop", { etas: [1.2, 0.5] }, "etas must satisfy 0 < etas[0] < 1 < etas[1], got 1.2 and 0.5"],
    ["ASGD", { weightDecay: -1 }, "weightDecay must be a number of at least 0"],
    ["Adam", { learningRate: 1 }, "Adam: there is no option learningRate; the options are lr, betas, eps"],
    ["Adam", { differentiable: true }, "there is no option differentiable"],
  ])("%s %o", (name, options, message) => {
    expect(() => new ALL[name]!([p], options)).toThrow(message);
    expect(() => new ALL[name]!([{ params: [p], ...options } as unknown as torch.Tensor])).toSatisfy(
      (make: () => unknown) => {
        // Groups may carry names of their own, but no settings without meaning.
        if ("learningRate" in options || "differentiable" in options) return make() instanceof optim.Optimizer;
        try {
          make();
        } catch (error) {
          return error instanceof torch.ValueError;
        }
        return false;
      },
    );
  });

  it("in Chinese as well", () => {
    torch.setLocale("zh");
    expect(() => new optim.SGD([p], { lr: -1 })).toThrow("lr 必须不小于 0，得到的是 -1");
  });

  it("but not the choice among PyTorch's implementations", () => {
    const optimizer = new optim.Adam([p], {
      lr: 0.1,
      fused: true,
      foreach: null,
      capturable: false,
      differentiable: false,
    });
    expect(Object.keys(optimizer.defaults)).not.toContain("fused");
  });
});
