// Normalization as one instruction: against PyTorch's values at extreme inputs, against float64, in every layout, twice differentiated.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { type Case, check, expectEqual, fixture, title } from "../support/cases.js";
import { firstFar } from "../support/compare.js";
import { codeOf } from "../support/errors.js";
import { gradcheck, gradgradcheck, leaf } from "../support/gradcheck.js";

const { nn } = torch;
const F = nn.functional;
// Variances of 1e30 leave gradients that cancel almost wholly; PyTorch's batches are x * a + b, which loses digits that x - mean has.
const tolerance = {
  ...{ float32: 1e-5, float64: 1e-12, absolute: 4e-5 },
  gradients: { float32: 2e-5, float64: 1e-10, absolute: 2e-4 },
};

describe("PyTorch's values", () => {
  const cases = fixture("fused-normalization");
  it.each(cases.map((c, i): [string, Case] => [`${i}: ${title(c)}`, c]))("%s", (_, c) => {
    expectEqual(check(c, tolerance));
  });
});

type Layer = (x: torch.Tensor, w: torch.Tensor, b: torch.Tensor) => torch.Tensor;
const layers: Record<string, Layer> = {
  layerNorm: (x, w, b) => F.layerNorm(x, [x.shape[1]!], w, b),
  rmsNorm: (x, w, b) => F.rmsNorm(x, [x.shape[1]!], w, 1e-5).add(b),
  "batchNorm in training": (x, w, b) => F.batchNorm(x, null, null, w, b, { training: true }),
  "batchNorm in evaluation": (x, w, b) => F.batchNorm(x, w.detach().square(), w.detach().square().add(0.1), w, b),
};

/** Result and gradients of a layer at a shape, with values from a fixed seed. */
function everything(layer: Layer, shape: readonly number[], dtype: torch.DType): ArrayLike<number>[] {
  const generator = new torch.Generator().manualSeed(5);
  const draw = (...s: number[]) => torch.randn(s, { generator }).to(dtype).requiresGrad_();
  const [x, w, b, g] = [draw(...shape), draw(shape[1]!), draw(shape[1]!), draw(...shape)];
  const y = layer(x, w, b);
  y.backward(g.detach());
  return [y.detach(), x.grad!, w.grad!, b.grad!].map((t) => t.toTypedArray());
}

describe.each(Object.keys(layers))("%s", (name) => {
  const layer = layers[name]!;

  // One row, rows that end within a vector, more rows than a run of 64, columns beyond a block of 1024 and a sample of 4096.
  it.each([
    [2, 1],
    [3, 2],
    [2, 5],
    [33, 17],
    [130, 70],
    [67, 16],
    [5, 2050],
    [3, 5003],
    [5003, 3],
  ])("in float32 is what it is in float64, at %i x %i", (...shape) => {
    const [single, double] = [torch.float32, torch.float64].map((dtype) => everything(layer, shape, dtype));
    single!.forEach((values, i) => {
      const want = double![i]!;
      const scale = Math.max(...Array.from(want, Math.abs));
      // With two values a row or a column the gradient cancels but for eps.
      expect(firstFar(values, want, 1e-4, 5e-6 * scale + 1e-5), `result ${i}`).toBe(null);
    });
  });

  it("has the gradients of finite differences, and second ones", () => {
    const inputs = [leaf([5, 7], -2, 2, 1), leaf([7], 0.5, 2, 2), leaf([7], -1, 1, 3)];
    const f = (x: torch.Tensor, w: torch.Tensor, b: torch.Tensor) => layer(x, w, b);
    // In evaluation the statistics are made of w, whose own gradient they do not carry.
    const own = name.endsWith("evaluation") ? [inputs[0]!, inputs[1]!.detach(), inputs[2]!] : inputs;
    expect(gradcheck(f, own)).toBe(null);
    expect(gradgradcheck(f, own)).toBe(null);
  });

  it("takes any layout of input, weight and gradient", () => {
    const x = torch.randn(9, 6);
    const [w, b] = [torch.randn(12), torch.randn(12)];
    const step = torch.slice(0, 12, 2);
    const run = (x: torch.Tensor, w: torch.Tensor, b: torch.Tensor, g: torch.Tensor) => {
      const from = [x, w, b].map((t) => t.detach().requiresGrad_()) as [torch.Tensor, torch.Tensor, torch.Tensor];
      const y = layer(...from);
      y.backward(g);
      return [y, ...from.map((t) => t.grad!)].map((t) => t.tolist());
    };
    const g = torch.randn(6).expand(9, 6);
    const strided = run(x.t().contiguous().t(), w.index(step), b.index(step), g);
    expect(strided).toEqual(run(x, w.index(step).contiguous(), b.index(step).contiguous(), g.contiguous()));
  });

  it("gives gradients to those that want one only", () => {
    const x = torch.randn(4, 6);
    const [w, b] = [torch.randn(6), torch.randn(6)];
    const all = [x, w, b].map((t) => t.clone().requiresGrad_());
    layer(all[0]!, all[1]!, all[2]!).square().sum().backward();
    for (let i = 0; i < 3; i++) {
      const some = [x, w, b].map((t, k) => t.clone().requiresGrad_(k === i));
      layer(some[0]!, some[1]!, some[2]!).square().sum().backward();
      expect(some.map((t) => t.grad !== null)).toEqual([i === 0, i === 1, i === 2]);
      expect(some[i]!.grad!.tolist()).toEqual(all[i]!.grad!.tolist());
    }
  });

  it("is watched by anomaly mode", () => {
    const x = torch.full([3, 4], Number.NaN).requiresGrad_();
    const run = () => torch.autograd.detectAnomaly(() => layer(x, torch.ones(4), torch.zeros(4)));
    expect(run).toThrowError(expect.objectContaining({ code: "anomaly" }));
  });
});

describe("accuracy", () => {
  it("a row of one value repeated is normalized to 0, however large", () => {
    for (const value of [0.1, 1e4, -1e30, 1e-30]) {
      for (const n of [3, 100, 5000]) {
        const x = torch.full([4, n], value, { dtype: torch.float32 });
        expect(F.layerNorm(x, [n]).abs().max().item()).toBeLessThan(n > 4096 ? 1e-6 + Math.abs(value) * 1e-4 : 1e-30);
      }
    }
  });

  it("an offset costs what float32 has to lose, not the digits of its square", () => {
    const noise = torch.randn([8, 1000], { generator: new torch.Generator().manualSeed(1) });
    const x = noise.add(1000);
    const want = F.layerNorm(x.double(), [1000]).toTypedArray();
    expect(firstFar(F.layerNorm(x, [1000]).toTypedArray(), want, 0, 1e-4)).toBe(null);
    const columns = F.batchNorm(x.t().contiguous(), null, null, { training: true }).t().toTypedArray();
    expect(firstFar(columns, want, 0, 1e-4)).toBe(null);
  });

  it("an outlier among the first values does not spoil the variance", () => {
    const x = torch.randn([4, 900], { generator: new torch.Generator().manualSeed(2) });
    x.narrow(1, 0, 1).fill_(1e4);
    const want = F.layerNorm(x.double(), [900]).toTypedArray();
    expect(firstFar(F.layerNorm(x, [900]).toTypedArray(), want, 2e-5, 1e-6)).toBe(null);
  });

  it("a row that is not finite spoils no other", () => {
    const x = torch.randn(6, 10);
    const spoilt = x.clone();
    spoilt.narrow(0, 2, 1).fill_(Number.NaN);
    spoilt.narrow(0, 4, 1).fill_(Number.POSITIVE_INFINITY);
    const [clean, other] = [F.layerNorm(x, [10]), F.layerNorm(spoilt, [10])];
    for (const r of [0, 1, 3, 5]) expect(other.select(0, r).tolist()).toEqual(clean.select(0, r).tolist());
    for (const r of [2, 4]) expect(other.select(0, r).isnan().all().item()).toBe(1);
  });
});

describe("running statistics", () => {
  interface Row {
    shape: number[];
    mean: number[];
    var: number[];
  }
  const feed = (shape: readonly number[], mean: torch.Tensor, variance: torch.Tensor) => {
    const n = shape.reduce((a, b) => a * b, 1);
    for (const k of [1, 2]) {
      const x = torch.arange(n, { dtype: torch.float32 }).reshape(shape).mul(k).sin().mul(3).add(k);
      F.batchNorm(x, mean, variance, { training: true, momentum: 0.25 });
    }
  };

  it.each(fixture<Row>("fused-running").map((r): [string, Row] => [String(r.shape), r]))(
    "are PyTorch's for %s",
    (_, r) => {
      const [mean, variance] = [torch.zeros(3), torch.ones(3)];
      feed(r.shape, mean, variance);
      expect(firstFar(mean.toTypedArray(), r.mean, 1e-5, 1e-6)).toBe(null);
      expect(firstFar(variance.toTypedArray(), r.var, 1e-5, 1e-6)).toBe(null);
      // Another type, and a view with gaps between its elements.
      const double = [torch.zeros(3, { dtype: torch.float64 }), torch.ones(3, { dtype: torch.float64 })] as const;
      feed(r.shape, ...double);
      expect(firstFar(double[1].toTypedArray(), r.var, 1e-5, 1e-6)).toBe(null);
      const strided = torch.zeros(3, 2).select(1, 1);
      feed(r.shape, strided, torch.ones(3));
      expect(strided.tolist()).toEqual(mean.tolist());
    },
  );

  it("count as changed in place, and stay as they are in evaluation", () => {
    const [mean, variance] = [torch.zeros(3), torch.ones(3)];
    const before = mean.version;
    feed([4, 3], mean, variance);
    expect(mean.version).toBe(before + 2);
    const values = mean.tolist();
    F.batchNorm(torch.randn(4, 3), mean, variance);
    expect(mean.tolist()).toEqual(values);
    expect(mean.version).toBe(before + 2);
  });

  it("work in a graph that is kept, and in one of its own gradient", () => {
    const x = torch.randn(5, 3, { requiresGrad: true });
    const layer = new nn.BatchNorm1d(3);
    const y = layer(x).square().sum();
    y.backward({ retainGraph: true });
    const once = x.grad!.tolist();
    x.grad = null;
    y.backward();
    expect(x.grad!.tolist()).toEqual(once);
  });
});

describe("refusals", () => {
  it.each<[string, string, () => unknown]>([
    ["fewer than two dimensions", "batch-norm-dims", () => F.batchNorm(torch.ones(3), null, null, { training: true })],
    ["one value a channel", "batch-size", () => F.batchNorm(torch.ones(1, 3), null, null, { training: true })],
    ["evaluation without statistics", "running-statistics", () => F.batchNorm(torch.ones(2, 3), null, null)],
    ["integers", "mean-dtype", () => F.layerNorm(torch.tensor([[1, 2]]), [2])],
    ["integers in training", "mean-dtype", () => F.batchNorm(torch.tensor([[1], [2]]), null, null, { training: true })],
  ])("%s", (_, code, run) => {
    expect(codeOf(run)).toBe(code);
  });

  it("weights and statistics of another size", () => {
    const x = torch.ones(4, 3);
    expect(() => F.layerNorm(x, [3], torch.ones(2))).toThrow(torch.ShapeError);
    expect(() => F.batchNorm(x, torch.ones(2), torch.ones(2))).toThrow(torch.ShapeError);
    expect(() => F.batchNorm(x, torch.ones(3), torch.ones(3), torch.ones(4))).toThrow(torch.ShapeError);
  });

  it("nothing to normalize is no error", () => {
    expect(F.layerNorm(torch.zeros(0, 3), [3], torch.ones(3)).shape).toEqual([0, 3]);
    expect(F.layerNorm(torch.zeros(3, 0), [0]).shape).toEqual([3, 0]);
    expect(F.batchNorm(torch.zeros(0, 3), null, null, { training: true }).shape).toEqual([0, 3]);
  });

  it("weights of another type give what their type gives", () => {
    const x = torch.randn(4, 3);
    const w = torch.randn([3], { dtype: torch.float64 }).requiresGrad_();
    const y = F.layerNorm(x, [3], w);
    expect(y.dtype).toBe(torch.float64);
    y.sum().backward();
    expect(w.grad!.dtype).toBe(torch.float64);
  });
});
