// Gradients cut to size: by norm, by value, to length 1; and what that does for a network whose gradients explode.
import * as torch from "torchlet";
import { localize, nn, type Tensor } from "torchlet";
import { figureOf } from "../../visualize/index.js";
import { farthest } from "../measured.js";
import { withSeeds } from "../seeds.js";
import type { Context } from "./claims.js";

/** Parameters that have gradients, as after a backward pass. */
export function withGradients(scale: number): Tensor[] {
  return [[4, 3], [3], [2, 5, 1]].map((shape) => {
    const param = new nn.Parameter(torch.zeros(...shape));
    param.grad = torch.randn(shape).mul(scale);
    return param;
  });
}

/** All gradients in one row. */
export const joined = (params: readonly Tensor[]) => torch.cat(params.map(({ grad }) => grad!.reshape(-1))).clone();

/** In double precision: rounding shall not make it more than 1. */
export function cosine(a: Tensor, b: Tensor): number {
  const [a64, b64] = [a.to(torch.float64), b.to(torch.float64)];
  return a64.dot(b64).item() / (a64.norm().item() * b64.norm().item());
}

/** Every gradient over the norm of all of them. */
export function normalize_(params: readonly Tensor[]): void {
  const norm = nn.utils.getTotalNorm(params.map(({ grad }) => grad!));
  for (const { grad } of params) grad!.div_(norm);
}

/** A recurrent network with weights so large that gradients explode, trained on a mean of its first input; its losses. */
export function trainRecurrent(maxNorm: number | null, lr: number, steps: number): number[] {
  const rnn = new nn.RNN(4, 32, { nonlinearity: "relu" });
  nn.init.normal_((rnn as unknown as { weight_hh_l0: Tensor }).weight_hh_l0, 0, 0.3);
  const head = new nn.Linear(32, 1);
  const params = [...rnn.parameters(), ...head.parameters()];
  const X = torch.randn(30, 64, 4);
  const y = X.index(0).mean(1, { keepdim: true }).mul(3);
  const optimizer = new torch.optim.SGD(params, { lr });
  const step = torch.compile((X: Tensor, y: Tensor) => {
    optimizer.zeroGrad();
    const [out] = rnn(X);
    const l = nn.functional.mseLoss(head(out.index(29)), y);
    l.backward();
    if (maxNorm !== null) nn.utils.clipGradNorm_(params, maxNorm);
    optimizer.step();
    return l;
  });
  const losses: number[] = [];
  for (let t = 0; t < steps; t++) {
    losses.push(step(X, y).item());
    if (!Number.isFinite(losses.at(-1)!)) break;
  }
  step.dispose();
  return losses;
}

/** A gradient before and after something was done to it. */
function changed(scale: number, change: (params: readonly Tensor[]) => void): [before: Tensor, after: Tensor] {
  const params = withGradients(scale);
  const before = joined(params);
  change(params);
  return [before, joined(params)];
}

/** Clipping by norm, by value, and normalization, on gradients that are made up. */
export function showCutting({ check }: Context, maxNorm: number, clipValue: number, seeds: readonly number[]): void {
  const byNorm = withSeeds(seeds, () => {
    const clip = (params: readonly Tensor[]) => nn.utils.clipGradNorm_(params, maxNorm);
    const [before, after] = changed(5, clip);
    const [shorter, untouched] = changed(1e-3, clip);
    return {
      ratio: after.norm().item() / maxNorm,
      angle: cosine(before, after),
      shortKept: untouched.equal(shorter),
    };
  });
  // Gradients of norm 1e-3 times some are to be shorter than the threshold, gradients of norm 5 times some longer.
  if (maxNorm >= 0.1 && maxNorm <= 5) {
    const [ratio, angle] = [
      farthest(
        byNorm.map(({ ratio }) => ratio),
        1,
      ),
      Math.min(...byNorm.map(({ angle }) => angle)),
    ];
    const kept = byNorm.filter(({ shortKept }) => shortKept).length;
    check(
      "clipNorm",
      {
        en: `${ratio.toFixed(6)}; ${angle.toFixed(7)}; ${kept} of ${seeds.length} unchanged`,
        zh: `${ratio.toFixed(6)}；${angle.toFixed(7)}；${seeds.length} 个中 ${kept} 个不变`,
      },
      Math.abs(ratio - 1) < 1e-5 && angle > 1 - 1e-6 && kept === seeds.length,
    );
  }
  const byValue = withSeeds(seeds, () => {
    const [before, after] = changed(5, (params) => nn.utils.clipGradValue_(params, clipValue));
    const threshold = Math.fround(clipValue);
    const expected = Array.from(before.toTypedArray(), (g) => Math.min(Math.max(g, -threshold), threshold));
    const values = after.toTypedArray();
    return { differing: expected.filter((g, i) => g !== values[i]).length, angle: cosine(before, after) };
  });
  if (clipValue > 0 && clipValue <= 5) {
    const differing = byValue.reduce((sum, one) => sum + one.differing, 0);
    const angle = Math.max(...byValue.map(({ angle }) => angle));
    check(
      "clipValue",
      { en: `${differing} elements differ; ${angle.toFixed(3)}`, zh: `${differing} 个元素不同；${angle.toFixed(3)}` },
      differing === 0 && angle < 0.999,
    );
  }
  const lengths = [1e-20, 1e20].map((scale) =>
    farthest(
      withSeeds(seeds, () => changed(scale, normalize_)[1].norm().item()),
      1,
    ),
  );
  check(
    "normalizedGradient",
    lengths.map((length) => length.toFixed(6)).join(", "),
    lengths.every((length) => Math.abs(length - 1) < 1e-5),
  );
}

/** The same networks trained with gradients clipped and not clipped. */
export function showClippedTraining({ report, check }: Context, maxNorm: number, seeds: readonly number[]): void {
  const steps = 200;
  const free = withSeeds(seeds, () => trainRecurrent(null, 0.1, steps));
  const clipped = withSeeds(seeds, () => trainRecurrent(maxNorm, 0.1, steps));
  const lines = (runs: readonly (readonly number[])[], label: string, format: string) =>
    runs.map((losses, i) => ({
      x: losses.map((_, t) => t + 1),
      y: losses.map((loss) => (Number.isFinite(loss) ? loss : null)),
      format,
      ...(i === 0 && { label }),
    }));
  report.figure(
    figureOf(
      "clipping",
      [
        {
          xlabel: localize({ en: "step", zh: "步" }),
          ylabel: "loss",
          xscale: "log",
          yscale: "log",
          series: [
            ...lines(clipped, localize({ en: "clipped", zh: "裁剪" }), "C0-"),
            ...lines(free, localize({ en: "not clipped", zh: "不裁剪" }), "ro"),
          ],
        },
      ],
      {
        panelSize: [5, 3.25],
        caption: localize({
          en: `A recurrent network with exploding gradients, ${seeds.length} seeds: without clipping the loss is NaN after the last dot`,
          zh: `梯度爆炸的循环网络，${seeds.length} 个种子：不裁剪时，最后一个点之后损失为 NaN`,
        }),
      },
    ),
  );
  if (maxNorm === 1) {
    const ended = free.filter((losses) => losses.length <= 10 && !Number.isFinite(losses.at(-1)!)).length;
    const share = Math.max(...clipped.map((losses) => losses.at(-1)! / losses[0]!));
    const finished = clipped.every((losses) => losses.length === steps);
    check(
      "clippedTraining",
      {
        en: `${ended} of ${seeds.length}; at most ${share.toPrecision(2)} of the first loss`,
        zh: `${seeds.length} 个中 ${ended} 个；至多为初始损失的 ${share.toPrecision(2)} 倍`,
      },
      ended === seeds.length && finished && share < 0.5,
    );
  }
}
