// Fusion changes no bit: random programs of elementwise operations, views, changes in place and reductions.
import { describe, expect, it } from "vitest";
import { fuse, Op, Recorder, setRecording } from "../../src/engine/index.js";
import * as torch from "../../src/index.js";
import { setTrace } from "../../src/tensor/trace.js";
import { numbers } from "../support/compare.js";
import { firstOdd, type Wrap } from "./support.js";

type Tensor = torch.Tensor;
type Operation = (pool: Tensor[], pick: () => Tensor, like: (t: Tensor) => Tensor, n: number) => Tensor | null;

const SHAPES = [[], [1], [7], [5, 7], [1, 7], [5, 1], [3, 5, 7], [600], [9, 70]];
const DTYPES = [torch.float32, torch.float32, torch.float32, torch.float64, torch.int32, torch.bool];

/** A view that may change in place what it is a view of, where there is one. */
function part(t: Tensor, n: number): Tensor {
  if (t.ndim === 0) return t;
  const kind = Math.floor(n * 6);
  if (kind === 0) return t.narrow(0, 0, Math.ceil(t.shape[0]! / 2));
  if (kind === 1) return t.select(0, t.shape[0]! - 1);
  if (kind === 2) return t.t === undefined || t.ndim !== 2 ? t : t.t();
  if (kind === 3) return t.narrow(t.ndim - 1, t.shape[t.ndim - 1]! - 1, 1);
  if (kind === 4) return t.select(0, 0);
  return t.reshape(-1);
}

/** Nothing new: something was changed in place. */
const changed = (_: Tensor): null => null;

const OPERATIONS: readonly Operation[] = [
  (_, pick) => pick().add(1.5),
  (_, pick, __, n) => pick().mul(n),
  (_, pick, like) => {
    const a = pick();
    return a.add(like(a));
  },
  (_, pick, like) => {
    const a = pick();
    return a.mul(like(a)).sub(a);
  },
  (_, pick, like) => {
    const a = pick();
    return torch.maximum(a, like(a));
  },
  (_, pick) => pick().relu(),
  (_, pick) => pick().neg(),
  (_, pick) => pick().to(torch.float32).tanh(),
  (_, pick) => pick().to(torch.float32).exp().reciprocal(),
  (_, pick, like) => {
    const a = pick();
    return a.gt(like(a));
  },
  (_, pick, like) => {
    const a = pick();
    return torch.where(a.gt(0), a, like(a));
  },
  (_, pick) => pick().to(torch.float64).square(),
  (_, pick) => pick().to(torch.int32),
  (_, pick) => pick().sum(),
  (_, pick) => {
    const a = pick();
    return a.ndim === 0 ? a.clone() : a.sum(0);
  },
  (_, pick) => {
    const a = pick();
    return a.ndim === 0 ? a.clone() : a.to(torch.float32).mean(-1, { keepdim: true });
  },
  (_, pick) => {
    const a = pick();
    return a.ndim === 0 ? a.clone() : a.max();
  },
  // Views: they change when their base does.
  (_, pick, __, n) => part(pick(), n),
  (_, pick) => pick().unsqueeze(0),
  // Changes in place, also through views.
  (_, pick, __, n) => changed(pick().fill_(Math.round(n * 3))),
  (_, pick) => changed(pick().zero_()),
  (_, pick, __, n) => changed(part(pick(), n).add_(1)),
  (_, pick, __, n) => changed(part(pick(), n).mul_(2)),
  (_, pick, like) => {
    const a = pick();
    const b = like(a);
    if (a.dtype === b.dtype && a.dtype !== torch.bool) a.add_(b);
    return null;
  },
  (_, pick, like) => {
    const a = pick();
    a.copy_(like(a));
    return null;
  },
  (_, pick, __, n) => changed(part(pick(), n).fill_(2)),
  // Made inside.
  (_, pick) => torch.zerosLike(pick()),
  (_, pick) => torch.onesLike(pick()).add(1),
  (_, pick) => torch.full(pick().shape, 0.1, { dtype: torch.float32 }),
];

/** A program of random operations on the tensors given, the same for the same seed. */
function program(seed: number, length: number): (...given: Tensor[]) => Tensor[] {
  return (...given) => {
    const random = numbers(seed);
    const pool = [...given];
    const pick = () => pool[Math.floor(random() * pool.length)]!;
    const like = (t: Tensor) => {
      const all = pool.filter((o) => String(o.shape) === String(t.shape));
      return all[Math.floor(random() * all.length)]!;
    };
    for (let i = 0; i < length; i++) {
      const operation = OPERATIONS[Math.floor(random() * OPERATIONS.length)]!;
      try {
        const made = operation(pool, pick, like, random());
        if (made !== null) pool.push(made);
      } catch (error) {
        // Not every operation takes every type; the same one is left out in both runs.
        if (!(error instanceof torch.DTypeError)) throw error;
      }
    }
    // What is returned is what has to be written; most of the rest is nobody's.
    return pool.slice(given.length).filter(() => random() < 0.3);
  };
}

/** Three calls of a program on tensors that change; results and arguments. */
function run(seed: number, wrap: Wrap): ArrayLike<number>[] {
  const random = numbers(seed + 77);
  const outside = torch.full([5, 7], 0.25);
  const body = program(seed, 3 + Math.floor(random() * 25));
  const step = wrap((...given: Tensor[]) => body(...given, outside));
  const results: ArrayLike<number>[] = [];
  const count = 2 + Math.floor(random() * 4);
  const kinds = Array.from({ length: count }, () => [
    SHAPES[Math.floor(random() * SHAPES.length)]!,
    DTYPES[Math.floor(random() * DTYPES.length)]!,
  ]) as [number[], torch.DType][];
  for (let call = 0; call < 3; call++) {
    const given = kinds.map(([shape, dtype]) => {
      const values = Float64Array.from({ length: shape.reduce((n, s) => n * s, 1) }, () => random() * 6 - 3);
      return torch.tensor(values).reshape(shape).to(dtype);
    });
    const out = torch.noGrad(() => step(...given));
    results.push(...out.map((t) => t.toTypedArray()), ...given.map((t) => t.toTypedArray()));
  }
  results.push(outside.toTypedArray());
  return results;
}

describe("random programs", () => {
  it.each(Array.from({ length: 20 }, (_, i) => i))("of seeds %i x 50", (group) => {
    for (let seed = group * 50; seed < group * 50 + 50; seed++) {
      const want = run(seed, (step) => step);
      const reports: (() => torch.CompileReport)[] = [];
      const got = run(seed, (step) => {
        const compiled = torch.compile(step);
        reports.push(compiled.report);
        return compiled;
      });
      expect(firstOdd(got, want), `seed ${seed}`).toBeNull();
      expect(reports[0]!(), `seed ${seed}`).toMatchObject({ captured: 1, replayed: 2 });
    }
  });
});

/** The opcodes of a function's instructions, as captured and as fused; `returned` is what survives. */
function opcodes(body: () => Tensor | Tensor[]): [number[], number[]] {
  const recorder = new Recorder((what) => {
    throw new Error(what.en);
  });
  setRecording(recorder);
  let returned: Tensor[];
  try {
    returned = torch.noGrad(() => [body()].flat());
  } finally {
    setRecording(null);
    setTrace(null);
  }
  const storages = new Set(returned.map((t) => t.storage));
  const fused = fuse(recorder.instructions, (s) => s.owner !== recorder || storages.has(s), new Set());
  const result = [recorder.instructions, fused].map((list) => list.map(({ words }) => words[0]!)) as [
    number[],
    number[],
  ];
  recorder.abandon();
  return result;
}

describe("what is fused", () => {
  const x = torch.randn(40, 30);
  const w = torch.randn(30, 30);
  it.each<[string, () => Tensor | Tensor[], number[]]>([
    ["a chain of elementwise operations", () => x.add(1).mul(2).tanh().neg(), [Op.map]],
    ["a chain with broadcast operands", () => x.add(x.select(0, 0)).mul(w.select(0, 1)), [Op.map]],
    ["two that use one", () => [x.add(1)].flatMap((y) => [y.mul(2)]), [Op.map]],
    ["a filling", () => torch.full([40, 30], 2.5).mul(x), [Op.map]],
    ["what nobody reads", () => [x.exp(), x.add(1)][1]!, [Op.map]],
    ["changes in place", () => x.clone().add_(1).mul_(2), [Op.map]],
    ["a number computed inside, used everywhere", () => x.mul(x.sum().mul(2).add(1)), [Op.reduce, Op.map]],
  ])("%s", (_, body, want) => {
    const [captured, fused] = opcodes(body);
    expect(fused).toEqual(want);
    expect(captured.length).toBeGreaterThan(want.length);
  });

  it("a ReLU's mask into the product that it masks", () => {
    const net = new torch.nn.Sequential(new torch.nn.Linear(30, 20), new torch.nn.ReLU(), new torch.nn.Linear(20, 4));
    const step = () => {
      net.zeroGrad();
      net(x).sum().backward();
      return [];
    };
    const recorder = new Recorder((what) => {
      throw new Error(what.en);
    });
    setRecording(recorder);
    step();
    setRecording(null);
    const kept = new Set(net.parameters().map((p) => p.gradient!.storage));
    const fused = fuse(recorder.instructions, (s) => s.owner !== recorder || kept.has(s), new Set());
    const masked = fused.filter(({ words }) => words[0] === Op.gemm && words[26] !== 0);
    recorder.abandon();
    expect(masked).toHaveLength(1);
  });
});
