// What the book's three pages on linear regression claim and ask, held against numbers, in the order of the pages.
import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import { squaredLoss, syntheticData } from "../../toolkit/linear-regression.js";
import { plot } from "../../toolkit/plot.js";
import type { ExperimentContext } from "../experiment.js";
import { median, rangeText, within } from "../measured.js";
import { type claims, limits } from "./claims.js";
import * as exercises from "./exercises.js";
import type { Settings, Trained } from "./trained.js";

type Context = ExperimentContext<keyof typeof claims>;

/** One number from each of some seeds. */
async function eachSeed(seeds: number, seed: number, measure: () => number): Promise<number[]> {
  const values: number[] = [];
  for (let i = 0; i < seeds; i++) {
    torch.manualSeed(seed + i);
    values.push(measure());
    await torch.utils.data.breathe();
  }
  return values;
}

/** The page linear-regression: densities, vectors at once, and its exercises. */
export async function theory({ report, check }: Context, seeds: number, seed: number): Promise<void> {
  torch.manualSeed(seed);
  const x = torch.arange(-7, 7, 0.01);
  const params = [
    [0, 1],
    [0, 2],
    [3, 1],
  ] as const;
  const curves = params.map(([mu, sigma]) => exercises.normal(x, mu, sigma));
  plot(x, curves, "x", "p(x)", {
    figsize: [4.5, 2.5],
    id: "normal",
    legend: params.map(([mu, sigma]) =>
      localize({ en: `mean ${mu}, std ${sigma}`, zh: `均值 ${mu}，标准差 ${sigma}` }),
    ),
    caption: localize({
      en: "Normal densities: the mean shifts them, the standard deviation widens them",
      zh: "正态分布的密度：均值使其平移，标准差使其变宽",
    }),
  });
  const areas = curves.map((p) => p.sum().item() * 0.01);
  check(
    "density",
    areas.map((area) => area.toFixed(4)).join(", "),
    areas.every((area) => within(area, 1, limits.area)),
  );

  const { loop, vector, right } = exercises.vectorization(10_000);
  report.table({
    caption: { en: "Seconds of adding 10,000 numbers", zh: "相加 10,000 个数的用时（秒）" },
    columns: [
      { en: "how", zh: "方式" },
      { en: "here", zh: "此处" },
      { en: "book", zh: "书中" },
    ],
    rows: [
      [{ en: "one after the other", zh: "逐个" }, loop.toFixed(5), "0.16749"],
      [{ en: "at once", zh: "整体" }, vector.toFixed(5), "0.00042"],
    ],
  });
  check("vectorization", right ? { en: "2 everywhere", zh: "处处为 2" } : { en: "other sums", zh: "结果不同" }, right);

  const skewed = torch.rand(101, { dtype: torch.float64 }).square().mul(10);
  const { squared, absolute } = exercises.minimisers(skewed);
  const off = [squared - skewed.mean().item(), absolute - median(skewed.tolist() as number[])].map(Math.abs);
  check(
    "minimisers",
    off.map((v) => v.toExponential(1)).join(", "),
    off.every((v) => v < limits.minimisers),
  );
  const efficiency = exercises.underLaplaceNoise(200, 400);
  check("laplace", efficiency, efficiency < limits.laplace);
  const { rank, residual } = exercises.rankDeficient(20);
  check("rank", `${rank}; ${residual.toExponential(0)}`, rank === 1 && residual < limits.residual);
  const counts = Math.max(...(await eachSeed(seeds, seed, () => exercises.poissonError(10_000))));
  check("poisson", counts, counts < limits.poisson);
}

/** The page linear-regression-scratch: its exercises. */
export async function scratchExercises(
  { check }: Context,
  seeds: number,
  seed: number,
  train: (features: Tensor, labels: Tensor, settings: Settings) => Trained,
): Promise<void> {
  const ohms = await eachSeed(seeds, seed, exercises.resistance);
  check(
    "ohm",
    rangeText(ohms),
    ohms.every((ohm) => within(ohm, 2, limits.ohm)),
  );
  const kelvins = await eachSeed(seeds, seed, exercises.temperature);
  check(
    "planck",
    `${rangeText(kelvins, 0)} K`,
    kelvins.every((kelvin) => within(kelvin, 5772, limits.planck)),
  );
  torch.manualSeed(seed);
  const second = exercises.hessianError(50, 3);
  check("secondDerivative", second, second < limits.secondDerivative);
  const { shape, wrong, right } = exercises.silentBroadcast(10);
  check(
    "broadcast",
    `${shape.join(" x ")}; ${wrong.toFixed(3)}, ${right.toFixed(4)}`,
    shape.join() === "10,10" && wrong > 10 * right && within(right, 0.005, 1e-5),
  );

  const [features, labels] = syntheticData(torch.tensor([2, -3.4]), 4.2, 1000);
  const rates = [0.001, 0.03, 0.3, 3];
  const ends = rates.map((lr) => train(features, labels, { epochs: 3, batchSize: 10, lr }).losses);
  const drawn = rates.flatMap((lr, i) => (ends[i]!.every(Number.isFinite) ? [{ lr, losses: ends[i]! }] : []));
  plot(
    [1, 2, 3],
    drawn.map(({ losses }) => losses),
    "epoch",
    "loss",
    {
      id: "rates",
      yscale: "log",
      ylim: [1e-5, 1e2],
      legend: drawn.map(({ lr }) => `lr ${lr}`),
      caption: localize({
        en: "Learning rates: too small, right, and fast; with 3 the loss overflows in the first epoch and has no line",
        zh: "学习率：太小、合适、很快；取 3 时损失在第一轮就溢出，没有曲线",
      }),
    },
  );
  const [slow, usual, fast, wild] = ends.map((losses) => losses.at(-1)!) as [number, number, number, number];
  check(
    "rates",
    [slow, usual, fast, wild].map((l) => l.toPrecision(2)).join("; "),
    slow > 0.1 && usual < 1e-4 && fast < 1e-4 && !(wild <= 1),
  );
  const ratio = exercises.shortBatchRatio();
  check("shortBatch", ratio, within(ratio, 40 / 64, 1e-6));

  const X = torch.linspace(-1, 1, 100).reshape(-1, 1);
  const y = X.mul(2).add(1).add(torch.randn(100, 1).mul(0.01));
  y.index(5).fill_(10_000);
  const bySquares = exercises.fit(X, y, (a, b) => squaredLoss(a, b).mean(), 0.1, 1000);
  const byValues = exercises.fit(X, y, (a, b) => a.sub(b).abs().mean(), 0.01, 3000);
  const [bSquared, bAbsolute] = [bySquares, byValues].map((fitted) => Math.abs(fitted[1]! - 1)) as [number, number];
  check("outlier", `${bSquared.toFixed(1)}; ${bAbsolute.toFixed(3)}`, bSquared > 1 && bAbsolute < 0.2);
}

/** The page linear-regression-concise: its exercises. */
export function conciseExercises(
  { check }: Context,
  seed: number,
  train: (features: Tensor, labels: Tensor, settings: Settings, reduction: "mean" | "sum") => Trained,
): void {
  torch.manualSeed(seed);
  const [features, labels] = syntheticData(torch.tensor([2, -3.4]), 4.2, 1000);
  const [mean, sum] = (["mean", "sum"] as const).map((reduction) => {
    torch.manualSeed(seed);
    return train(features, labels, { epochs: 1, batchSize: 10, lr: 0.03 }, reduction).w;
  });
  const apart = Math.max(...mean!.map((v, i) => Math.abs(v - sum![i]!)));
  check("sumOrMean", apart, apart < limits.sumOrMean);
  const huber = exercises.huberError(0.5);
  check("huber", huber, huber < limits.huber);
  const gradient = exercises.gradientError(features, labels);
  check("gradient", gradient, gradient < limits.gradient);
}
