// One layer without activation: by what it multiplies variances, and what Xavier and He make of that.
import * as torch from "torchlet";
import { nn, type Tensor } from "torchlet";
import { farthest, within } from "../measured.js";
import { withSeeds } from "../seeds.js";
import type { Context } from "./claims.js";

const variance = (x: Tensor) => torch.var(x).item();

/** What a layer multiplies the variance of its inputs by, and on the way back that of the gradient. */
export function oneLayer(numIn: number, numOut: number, gamma: number, batch: number) {
  // Nothing has to be normal: independent and of mean 0 is all that the derivation needs.
  const W = torch
    .rand(numIn, numOut)
    .sub(0.5)
    .mul(Math.sqrt(12 * gamma));
  const h = torch.rand(batch, numIn).sub(0.5);
  const gradient = torch.randn(batch, numOut).mul(3);
  return {
    forward: variance(h.matmul(W)) / variance(h),
    backward: variance(gradient.matmul(W.t())) / variance(gradient),
  };
}

/** What ReLU leaves of the mean square of numbers whose mean is 0. */
export function reluShare(): number {
  const z = torch.randn(400_000);
  return torch.relu(z).square().mean().item() / z.square().mean().item();
}

/** Weights that were drawn: what their variance is, and what it should be. */
export interface DrawnWeights {
  readonly name: string;
  readonly numIn: number;
  readonly numOut: number;
  readonly expected: number;
  readonly variance: number;
  /** The largest weight over the bound of a uniform distribution. */
  readonly reach?: number;
}

/** Weights as torch.nn.init draws them, for some shapes of a layer (torch has outputs first). */
export function drawnWeights(shapes: readonly (readonly [numIn: number, numOut: number])[]): DrawnWeights[] {
  const { init } = nn;
  return shapes.flatMap(([numIn, numOut]) => {
    const W = torch.empty(numOut, numIn);
    const [xavier, he] = [2 / (numIn + numOut), 2 / numIn];
    const bound = Math.sqrt(6 / (numIn + numOut));
    return [
      { name: "xavierNormal_", numIn, numOut, expected: xavier, variance: variance(init.xavierNormal_(W)) },
      {
        name: "xavierUniform_",
        numIn,
        numOut,
        expected: xavier,
        variance: variance(init.xavierUniform_(W)),
        reach: W.abs().max().item() / bound,
      },
      {
        name: "kaimingNormal_",
        numIn,
        numOut,
        expected: he,
        variance: variance(init.kaimingNormal_(W, { nonlinearity: "relu" })),
      },
      {
        name: "kaimingUniform_",
        numIn,
        numOut,
        expected: he,
        variance: variance(init.kaimingUniform_(W, { nonlinearity: "relu" })),
      },
    ];
  });
}

/** The two conditions on one layer, what Xavier makes of them, and what ReLU takes. */
export function showConditions(
  { check }: Context,
  seeds: readonly number[],
): { forwardRatio: number; backwardRatio: number } {
  const shapes = [
    [400, 100],
    [100, 400],
    [250, 250],
  ] as const;
  const gammas = [0.01, 1 / 250, 0.5];
  const shares = withSeeds(seeds, () =>
    shapes.flatMap(([numIn, numOut]) =>
      gammas.map((gamma) => {
        const factors = oneLayer(numIn, numOut, gamma, 1000);
        return { forward: factors.forward / (numIn * gamma), backward: factors.backward / (numOut * gamma) };
      }),
    ),
  ).flat();
  const forward = farthest(
    shares.map((share) => share.forward),
    1,
  );
  const backward = farthest(
    shares.map((share) => share.backward),
    1,
  );
  check("forward", forward, within(forward, 1, 0.04));
  check("backward", backward, within(backward, 1, 0.04));

  // Xavier's γ, for a layer that narrows and for a square one.
  const xavier = withSeeds(seeds, () => ({
    uneven: oneLayer(400, 100, 2 / (400 + 100), 1000),
    even: oneLayer(250, 250, 2 / (250 + 250), 1000),
  }));
  const narrowing = {
    forward: farthest(
      xavier.map(({ uneven }) => uneven.forward),
      1.6,
    ),
    backward: farthest(
      xavier.map(({ uneven }) => uneven.backward),
      0.4,
    ),
  };
  const square = farthest(
    xavier.flatMap(({ even }) => [even.forward, even.backward]),
    1,
  );
  check(
    "xavierShape",
    `${narrowing.forward.toFixed(3)}, ${narrowing.backward.toFixed(3)}; ${square.toFixed(3)}`,
    within(narrowing.forward, 1.6, 0.04 * 1.6) &&
      within(narrowing.backward, 0.4, 0.04 * 0.4) &&
      within(square, 1, 0.04),
  );
  const share = farthest(withSeeds(seeds, reluShare), 0.5);
  check("reluHalves", share, within(share, 0.5, 0.01));
  return { forwardRatio: forward, backwardRatio: backward };
}

/** Whether weights that torch.nn.init draws are as they should be. */
export function showDrawnWeights({ report, check }: Context, seeds: readonly number[]): void {
  const runs = withSeeds(seeds, () =>
    drawnWeights([
      [600, 200],
      [200, 600],
      [400, 400],
    ]),
  );
  report.table({
    caption: { en: "Variance of drawn weights", zh: "所抽取权重的方差" },
    columns: [
      { en: "initializer", zh: "初始化函数" },
      { en: "inputs", zh: "输入数" },
      { en: "outputs", zh: "输出数" },
      { en: "variance wanted", zh: "应有方差" },
      { en: "measured / wanted", zh: "实测 / 应有" },
    ],
    rows: runs[0]!.map(({ name, numIn, numOut, expected, variance }) => [
      name,
      numIn,
      numOut,
      expected.toPrecision(3),
      (variance / expected).toFixed(4),
    ]),
  });
  const drawn = runs.flat();
  const shareOf = ({ variance, expected }: DrawnWeights) => variance / expected;
  const empirical = farthest(drawn.map(shareOf), 1);
  check("empirical", empirical, within(empirical, 1, 0.02));
  const uniform = drawn.filter(({ reach }) => reach !== undefined);
  const reaches = uniform.map(({ reach }) => reach!);
  const [least, most] = [Math.min(...reaches), Math.max(...reaches)];
  const cube = farthest(uniform.map(shareOf), 1);
  check(
    "uniformBound",
    `${least.toFixed(5)} – ${most.toFixed(5)}; ${cube.toFixed(4)}`,
    most <= 1 && least > 0.999 && within(cube, 1, 0.02),
  );
  const ofSquare = (run: readonly DrawnWeights[], name: string) =>
    run.find((row) => row.name === name && row.numIn === row.numOut)!.variance;
  const doubled = farthest(
    runs.map((run) => ofSquare(run, "kaimingNormal_") / ofSquare(run, "xavierNormal_")),
    2,
  );
  check("heDoubles", doubled, within(doubled, 2, 0.04));
}
