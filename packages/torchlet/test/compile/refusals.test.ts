// What cannot be captured: errors that name the line, in both languages; with fullgraph: false the same numbers, once.
import { afterEach, describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { errorOf } from "../support/errors.js";
import { batch, classes, firstOdd, network, runCompiled, runPlain, stateOf, type Wrap } from "./support.js";

const { nn } = torch;
const x = torch.arange(6, { dtype: torch.float32 }).reshape(2, 3);
const leaf = torch.ones([3], { requiresGrad: true });
const hooked = new nn.Linear(3, 1);
hooked.registerForwardHook(() => {});
const generator = new torch.Generator();
const state = generator.getState();

/** What cannot be captured, with a part of the rule and of the hint in both languages. */
const REFUSED: readonly (readonly [string, (x: torch.Tensor) => unknown, string, string, string, string])[] = [
  ["item", (t) => t.sum().item(), "item() reads", "call", "item() 在步骤中途", "调用之后"],
  ["tolist", (t) => t.tolist(), "values are read", "call", "读取了数值", "调用之后"],
  ["toTypedArray", (t) => t.mul(2).toTypedArray(), "values are read", "call", "读取了数值", "调用之后"],
  ["printing", (t) => String(t), "values are read", "call", "读取了数值", "调用之后"],
  [
    "a boolean mask",
    (t) => torch.maskedSelect(t, t.gt(2)),
    "depends on values",
    "torch.where",
    "取决于数值",
    "torch.where",
  ],
  ["nonzero", (t) => torch.nonzero(t), "depends on values", "torch.where", "取决于数值", "torch.where"],
  ["a result that waits", (t) => t.mul(leaf), "waits for backward", "noGrad", "等待 backward", "noGrad"],
  ["a gradient", gradientOf, "returns a gradient", "clone()", "返回了梯度", "clone()"],
  ["hooks of a module", (t) => torch.noGrad(() => hooked(t)), "has hooks", "remove", "带有钩子", "移除"],
  ["hooks of a tensor", hookedBackward, "gradient hook", "remove", "梯度钩子", "移除"],
  ["retainGrad", retaining, "retainGrad", "autograd.grad", "retainGrad", "autograd.grad"],
  ["an asynchronous function", async (t) => t.add(1), "asynchronous", "await", "异步函数", "await"],
  ["a Map", (t) => new Map([[1, t.add(1)]]), "returns a Map", "arrays", "返回了 Map", "数组"],
  ["a function", (t) => () => t, "returns a Function", "arrays", "返回了 Function", "数组"],
  ["labels made inside", madeLabels, "computed inside the step", "argument", "步骤内部计算出", "参数"],
  [
    "multinomial",
    (t) => torch.multinomial(t.add(1), 1),
    "(multinomial) cannot be captured",
    "before the call",
    "（multinomial）无法捕获",
    "调用之前",
  ],
  [
    "linear algebra",
    (t) => torch.linalg.inv(t.narrow(1, 0, 2).add(torch.eye(2))),
    "cannot be captured",
    "before the call",
    "无法捕获",
    "调用之前",
  ],
  ["a seed drawn inside", () => generator.drawSeed(), "seed is drawn", "before the call", "随机种子", "调用之前"],
  [
    "a generator's state",
    () => generator.setState(state),
    "state is set",
    "before the call",
    "设置了随机数生成器的状态",
    "调用之前",
  ],
];

function gradientOf(t: torch.Tensor): unknown {
  leaf.grad = null;
  t.mul(leaf).sum().backward();
  return leaf.grad;
}
function hookedBackward(t: torch.Tensor): unknown {
  const y = t.mul(leaf);
  y.registerHook((g) => g.mul(2));
  y.sum().backward();
  return t;
}
function retaining(t: torch.Tensor): unknown {
  const y = t.mul(leaf);
  y.retainGrad();
  y.sum().backward();
  return t;
}
function madeLabels(t: torch.Tensor): unknown {
  return nn.functional.crossEntropy(t, t.argmax(1));
}

afterEach(() => torch.setLocale(null));

describe("a CaptureError", () => {
  it.each(REFUSED)("of %s", async (_, body, en, hintEn, zh, hintZh) => {
    for (const [locale, rule, hint, always] of [
      ["en", en, hintEn, "{ fullgraph: false } runs such steps uncompiled"],
      ["zh", zh, hintZh, "使用 { fullgraph: false } 可让此类步骤不经编译运行"],
    ] as const) {
      torch.setLocale(locale);
      const error = errorOf(() => torch.compile(body, { name: "step" })(x));
      expect([error.name, error.code]).toEqual(["CaptureError", "not-capturable"]);
      expect(error.path).toContain(error.path?.startsWith("net") ? "Linear" : "compile(step)");
      expect(error.message).toContain(rule);
      expect(error.message).toContain(hint);
      expect(error.message).toContain(always);
      expect(String(error.received)).toMatch(/refusals\.test\.ts:\d+:\d+$/);
    }
  });

  it("names the line that reads", () => {
    const step = torch.compile(function readsInTheMiddle(t: torch.Tensor) {
      const total = t.sum();
      return total.item();
    });
    const lineOfStep = Number(/:(\d+):\d+\)?$/m.exec(new Error().stack!.split("\n")[1]!)![1]) - 2;
    const error = errorOf(() => step(x));
    expect(error.path).toBe("compile(readsInTheMiddle)");
    expect(String(error.received)).toContain(`refusals.test.ts:${lineOfStep}:`);
  });

  it("comes before anything has run where an argument is the reason", () => {
    let runs = 0;
    const step = torch.compile((_: unknown) => ++runs);
    for (const bad of [new Float32Array(3), new Map(), new Set([1]), { deep: [new Uint8Array(2)] }, x.mul(leaf)]) {
      expect(errorOf(() => step(bad)).code).toBe("not-capturable");
    }
    expect(runs).toBe(0);
    torch.noGrad(() => step(x.mul(leaf)));
    expect(runs).toBe(1);
  });
});

describe("with { fullgraph: false }", () => {
  it.each(REFUSED)("%s runs as it is, once a call", (_, body) => {
    let runs = 0;
    const step = torch.compile(
      (t: torch.Tensor) => {
        runs++;
        return body(t);
      },
      { fullgraph: false },
    );
    for (let i = 1; i <= 4; i++) {
      const result = step(x);
      if (result instanceof Promise) result.catch(() => {});
      expect(runs).toBe(i);
    }
    expect(step.report()).toMatchObject({ captured: 1, replayed: 0, eager: 3, plans: 0 });
    expect(step.report().reason?.en).toBeTruthy();
  });

  it("a training step that reads its loss trains as it does uncompiled", () => {
    const program = (wrap: Wrap) => {
      const net = network();
      const optimizer = new torch.optim.Adam(net.parameters(), { lr: 0.01 });
      const step = wrap(
        (a: torch.Tensor, b: torch.Tensor) => {
          optimizer.zeroGrad();
          const l = nn.functional.mseLoss(net(a), b);
          l.backward();
          optimizer.step();
          return l.item();
        },
        { fullgraph: false },
      );
      const losses = Array.from({ length: 10 }, (_, i) => step(...batch(i)));
      return [losses, ...stateOf(net, optimizer)];
    };
    const [got, calls] = runCompiled(program);
    expect(firstOdd(got, runPlain(program))).toBeNull();
    expect(calls).toMatchObject({ captured: 1, eager: 9, replayed: 0 });
  });

  it("an argument that cannot be compared", () => {
    const step = torch.compile((a: Float32Array) => torch.tensor(a).sum(), { fullgraph: false });
    const values = new Float32Array(3);
    for (let i = 0; i < 4; i++) {
      values.fill(i);
      expect(step(values).item()).toBe(3 * i);
    }
  });

  it("many kinds of arguments: no list of them grows", () => {
    const step = torch.compile((t: torch.Tensor, n: number) => t.sum().item() + n, { fullgraph: false });
    for (let i = 0; i < 100; i++) expect(step(x, i)).toBe(15 + i);
    expect(step.report().captured).toBeLessThanOrEqual(16);
  });
});

describe("an exception in the middle", () => {
  it("of the user's function leaves everything usable", () => {
    const program = (wrap: Wrap) => {
      const net = network();
      const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.05, momentum: 0.9 });
      let fails = 2;
      const step = wrap((a: torch.Tensor, b: torch.Tensor) => {
        optimizer.zeroGrad();
        const l = nn.functional.mseLoss(net(a), b);
        l.backward();
        if (fails-- > 0) throw new RangeError("on purpose");
        optimizer.step();
        return l;
      });
      const results: torch.Tensor[] = [];
      for (let i = 0; i < 12; i++) {
        try {
          results.push(step(...batch(i)));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          results.push(...net.parameters().map((p) => p.grad!));
        }
      }
      return [...results, ...stateOf(net, optimizer)];
    };
    const [got, calls] = runCompiled(program);
    expect(firstOdd(got, runPlain(program))).toBeNull();
    expect(calls.replayed).toBe(8);
  });

  it("of the library: a shape that does not fit, then one that does", () => {
    const net = network();
    const step = torch.compile((t: torch.Tensor) => torch.noGrad(() => net(t)));
    for (let i = 0; i < 3; i++) {
      expect(errorOf(() => step(torch.ones(2, 5))).name).toBe("ShapeError");
      expect(step(torch.ones(2, 12)).tolist()).toEqual(torch.noGrad(() => net(torch.ones(2, 12))).tolist());
    }
    expect(step.report().replayed).toBe(2);
  });
});

describe("labels and indices out of range in a replay", () => {
  it("raise the error of an uncompiled step and change nothing", () => {
    torch.manualSeed(0);
    const net = new nn.Sequential(new nn.Linear(12, 16), new nn.Dropout(0.2), new nn.Linear(16, 5));
    const optimizer = new torch.optim.Adam(net.parameters(), { lr: 0.01 });
    const schedule = new torch.optim.lrScheduler.ExponentialLR(optimizer, 0.9);
    const step = torch.compile((a: torch.Tensor, b: torch.Tensor) => {
      const l = nn.functional.crossEntropy(net(a), b);
      optimizer.zeroGrad();
      l.backward();
      optimizer.step();
      schedule.step();
      return l;
    });
    for (let i = 0; i < 4; i++) step(...classes(i));
    expect(step.report().replayed).toBe(2);
    const [a, b] = classes(9);
    for (const wrong of [5, -1, 1000, -(2 ** 31)]) {
      const before = stateOf(net, optimizer).map((t) => t.tolist());
      const rates = [optimizer.paramGroups[0]!.lr, schedule.lastEpoch];
      const labels = b.clone();
      labels.select(0, 3).fill_(wrong);
      expect(errorOf(() => step(a, labels)).code).toBe("class-range");
      expect(stateOf(net, optimizer).map((t) => t.tolist())).toEqual(before);
      expect([optimizer.paramGroups[0]!.lr, schedule.lastEpoch]).toEqual(rates);
    }
    const lookup = torch.compile((table: torch.Tensor, at: torch.Tensor) => nn.functional.embedding(at, table));
    const table = torch.randn(5, 3);
    const at = (...values: number[]) => torch.tensor(values, { dtype: torch.int32 });
    expect(lookup(table, at(0, 4)).shape).toEqual([2, 3]);
    expect(lookup(table, at(4, 1)).tolist()).toEqual(nn.functional.embedding(at(4, 1), table).tolist());
    expect(errorOf(() => lookup(table, at(5, 1))).name).toBe("IndexError");
    expect(errorOf(() => lookup(table, at(0, -6))).name).toBe("IndexError");
    expect(lookup(table, at(0, 0)).shape).toEqual([2, 3]);
  });
});
