// Products of many factors: powers of a number, a hundred random matrices, in double, single and half precision.

import * as torch from "torchlet";
import { type Localized, localize, type Tensor } from "torchlet";
import type { Panel, PlotFigure, Series } from "../../report/figure.js";
import type { Table } from "../../report/report.js";
import { figureOf, histogram } from "../../visualize/index.js";
import { median } from "../measured.js";
import { withSeeds } from "../seeds.js";
import { short } from "../short.js";
import type { Context } from "./claims.js";
import { count, lineFormats, off } from "./numbers.js";

/** A way to store numbers: what each result becomes. */
export const formats = {
  float64: (x: Tensor) => x,
  float32: (x: Tensor) => x.to(torch.float32).to(torch.float64),
  float16: (x: Tensor) => torch.roundToHalf(x),
};

/** base, base^2, ..., each rounded to the format. */
export function powers(base: number, depth: number, format: keyof typeof formats): number[] {
  const round = formats[format];
  const factor = round(torch.tensor(base, { dtype: torch.float64 }));
  let product: Tensor = torch.ones([], { dtype: torch.float64 });
  return Array.from({ length: depth }, () => {
    product = round(product.mul(factor));
    return product.item();
  });
}

/** What products of random matrices do, one entry a seed. */
export interface MatrixProducts {
  /** log10 of the largest element after each further factor: [factors][seeds]. */
  readonly logs: readonly (readonly number[])[];
  /** The same in double precision, at the end. */
  readonly logs64: readonly number[];
  /** The second singular value over the first, at the end. */
  readonly ratios: readonly number[];
  /** After how many further factors half precision is no longer finite. */
  readonly overflow: readonly number[];
  /** log10 of |largest eigenvalue|, of the norm, and of the product of the norms: each bounds the one before. */
  readonly bounds: readonly (readonly [eigenvalue: number, norm: number, norms: number])[];
}

/** The book's cell, M = M · normal(0, 1, (4, 4)) a hundred times, once a seed; the products of all seeds are made side by side. */
export function matrixProducts(seed: number, count: number, factors: number): MatrixProducts {
  const drawn = Array.from({ length: count }, (_, i) => {
    torch.manualSeed(seed + i);
    return torch.randn(factors + 1, 4, 4);
  });
  const A = torch.stack(drawn, 1);
  let M = A.index(0);
  let M64 = M.to(torch.float64);
  let half = torch.roundToHalf(M);
  let norms = torch.linalg.matrixNorm(M64, 2).log10();
  const overflow = new Array<number>(count).fill(Number.POSITIVE_INFINITY);
  const logOf = (x: Tensor) => x.abs().amax([1, 2]).log10().tolist() as number[];
  const logs: number[][] = [logOf(M)];
  for (let i = 1; i <= factors; i++) {
    const next = A.index(i);
    M = torch.bmm(M, next);
    M64 = torch.bmm(M64, next.to(torch.float64));
    norms = norms.add(torch.linalg.matrixNorm(next.to(torch.float64), 2).log10());
    logs.push(logOf(M));
    if (overflow.includes(Number.POSITIVE_INFINITY)) {
      half = torch.roundToHalf(torch.bmm(half, torch.roundToHalf(next)));
      const finite = half.isfinite().all(2).all(1).tolist() as boolean[];
      for (const [s, ok] of finite.entries()) if (!ok) overflow[s] = Math.min(overflow[s]!, i);
    }
  }
  const singular = torch.linalg.svdvals(M64);
  const ratios = singular.select(1, 1).div(singular.select(1, 0)).tolist() as number[];
  // Of a matrix of rank 1 the trace is the one eigenvalue that is not 0.
  const trace = torch.diagonal(M64, { dim1: 1, dim2: 2 }).sum(1).abs().log10().tolist() as number[];
  const norm = singular.select(1, 0).log10().tolist() as number[];
  const product = norms.tolist() as number[];
  const bounds = trace.map((value, s) => [value, norm[s]!, product[s]!] as const);
  return { logs, logs64: logOf(M64), ratios, overflow, bounds };
}

/** The first layers at which a linear net with weights of N(0, 1) has an infinity and a NaN in single precision. */
export function linearOverflow(depth: number, width: number, batch: number): { infinite: number; nan: number } {
  let h = torch.randn(batch, width);
  const first = { infinite: Number.POSITIVE_INFINITY, nan: Number.POSITIVE_INFINITY };
  for (let layer = 1; layer <= depth; layer++) {
    h = h.matmul(torch.randn(width, width));
    if (h.isinf().any().item()) first.infinite = Math.min(first.infinite, layer);
    if (h.isnan().any().item()) first.nan = Math.min(first.nan, layer);
  }
  return first;
}

/** Powers of a number in three precisions, and where half precision ends. */
export function showPowers({ report, check }: Context, depth: number): void {
  const names = ["float64", "float32", "float16"] as const;
  const [up, down] = [1.5, 0.8].map((base) => names.map((format) => powers(base, depth, format))) as [
    number[][],
    number[][],
  ];
  report.figure(powersFigure(names, up, down));
  const half = (x: number) => torch.roundToHalf(torch.tensor(x, { dtype: torch.float64 })).item();
  if (depth === 100) {
    const [up64, up32, up16] = up.map((values) => values[99]!);
    const [down64, down32, down16] = down.map((values) => values[99]!);
    const near = (y64: number, y32: number, expected: number) => off(y64, expected) < 1e-9 && off(y32, expected) < 1e-5;
    check("explosion", up64!, near(up64!, up32!, 4.065611775e17));
    check("vanishing", down64!, near(down64!, down32!, 2.037035976e-10));
    const infiniteFrom = up[2]!.indexOf(Number.POSITIVE_INFINITY) + 1;
    const zero = half(down64!);
    check(
      "half",
      {
        en: `${up16 === Number.POSITIVE_INFINITY ? "inf" : short(up16!)} from ${infiniteFrom} on; ${zero}`,
        zh: `自 ${infiniteFrom} 起为 inf；${zero}`,
      },
      up16 === Number.POSITIVE_INFINITY && infiniteFrom === 28 && zero === 0,
    );
    check("stuck", down16!.toPrecision(6), down16! === 2 ** -23);
  }
  const edges = [half(65504), half(65520), half(2 ** -24), half(2 ** -25)];
  const digits = [-14, -15].map((exponent) => half(2 ** exponent * (1 + 2 ** -10)) / 2 ** exponent);
  check(
    "range",
    `${edges.map((edge) => short(edge, 5)).join(", ")}; ${digits.join(", ")}`,
    edges.join() === [65504, Number.POSITIVE_INFINITY, 2 ** -24, 0].join() &&
      digits.join() === [1 + 2 ** -10, 1].join(),
  );
}

function powersFigure(names: readonly string[], up: readonly number[][], down: readonly number[][]): PlotFigure {
  const panel = (title: string, lines: readonly number[][]): Panel => ({
    title,
    xlabel: "n",
    ylabel: localize({ en: "product", zh: "积" }),
    yscale: "log",
    series: lines.map((y, i) => ({ x: y.map((_, n) => n + 1), y, label: names[i]!, format: lineFormats[i]! })),
  });
  return figureOf("powers", [panel("1.5^n", up), panel("0.8^n", down)], {
    panelSize: [4, 3],
    caption: localize({
      en: "Powers in three precisions: where float16 is infinite its line ends, where it has one digit left it stays",
      zh: "三种精度下的幂：float16 变为无穷处线中断，只剩一位数字时停滞不前",
    }),
  });
}

/** A matrix as the rows of a table. */
export function matrixTable(M: Tensor, caption: Localized): Table {
  return {
    caption,
    columns: count(M.shape[1]!).map((i) => ({ en: `column ${i + 1}`, zh: `第 ${i + 1} 列` })),
    rows: (M.tolist() as number[][]).map((row) => row.map((value) => value.toExponential(4))),
  };
}

/** Products of many random matrices: how fast they grow, and when half precision is at its end. */
export function showMatrices({ report, check }: Context, factors: number, trials: number, seeds: readonly number[]) {
  const products = matrixProducts(seeds[0]!, trials, factors);
  const last = torch.tensor(products.logs.at(-1)!, { dtype: torch.float64 });
  report.figure(growthFigure(products, factors, trials));
  report.figure(endsFigure(products, factors));
  if (factors === 100 && trials >= 300) {
    const [mean, std] = [last.mean().item(), last.std().item()];
    const apart = Math.max(...products.logs64.map((value, s) => Math.abs(value - products.logs.at(-1)![s]!)));
    check(
      "matrices",
      {
        en: `mean ${mean.toFixed(2)}, standard deviation ${std.toFixed(2)}; apart by ${short(apart)}`,
        zh: `均值 ${mean.toFixed(2)}，标准差 ${std.toFixed(2)}；相差 ${short(apart)}`,
      },
      Math.abs(mean - 24.8) < 0.4 && Math.abs(std - 1.8) < 0.3 && apart < 1e-3,
    );
    check("rank", median(products.ratios), median(products.ratios) < 1e-7);
    const middle = median(products.overflow);
    const [least, most] = [Math.min(...products.overflow), Math.max(...products.overflow)];
    const usual = products.overflow.filter((n) => n >= 11 && n <= 25).length / trials;
    const percent = `${(100 * usual).toFixed(1)} %`;
    check(
      "overflow",
      {
        en: `median ${middle}, ${least} to ${most}, ${percent} within 11 to 25`,
        zh: `中位数 ${middle}，${least} 至 ${most}，${percent} 在 11 到 25 之间`,
      },
      Math.abs(middle - 18) <= 1 && usual >= 0.98 && products.logs.at(-1)!.every(Number.isFinite),
    );
    const ordered = products.bounds.every(([e, n, p]) => e <= n + 1e-9 && n <= p + 1e-9);
    const slack = median(products.bounds.map(([, n, p]) => p - n));
    const text = `10^${slack.toFixed(1)}`;
    check(
      "bounds",
      ordered
        ? { en: `in order; ${text}`, zh: `依序；${text}` }
        : { en: `not in order; ${text}`, zh: `不依序；${text}` },
      ordered && slack > 20 && slack < 35,
    );
  }
  const firsts = withSeeds(seeds, () => linearOverflow(50, 256, 256));
  const latest = (of: "infinite" | "nan") => Math.max(...firsts.map((first) => first[of]));
  check(
    "linear",
    {
      en: `inf from layer ${latest("infinite")} on at the latest, NaN from ${latest("nan")}`,
      zh: `最迟自第 ${latest("infinite")} 层起为 inf，第 ${latest("nan")} 层起为 NaN`,
    },
    firsts.every(({ infinite, nan }) => infinite <= nan && nan <= 50),
  );
  return last.mean().item();
}

function growthFigure({ logs }: MatrixProducts, factors: number, trials: number): PlotFigure {
  const line = (label: Localized, of: (values: readonly number[]) => number, i: number): Series => ({
    x: count(factors + 1),
    y: logs.map((values) => 10 ** of(values)),
    label: localize(label),
    format: lineFormats[i]!,
  });
  const panel: Panel = {
    xlabel: localize({ en: "products", zh: "相乘次数" }),
    ylabel: "max |M|",
    yscale: "log",
    series: [
      line({ en: "median", zh: "中位数" }, median, 0),
      line({ en: "smallest", zh: "最小" }, (values) => Math.min(...values), 1),
      line({ en: "largest", zh: "最大" }, (values) => Math.max(...values), 2),
      { x: [0, factors], y: [65504, 65504], label: "65504", format: "r:" },
    ],
  };
  return figureOf("matrices", [panel], {
    panelSize: [4.5, 3],
    caption: localize({
      en: `The largest element of products of random 4 x 4 matrices, ${trials} seeds; 65504 is float16's largest number`,
      zh: `随机 4 x 4 矩阵之积的最大元素，${trials} 个种子；65504 是 float16 的最大数`,
    }),
  });
}

function endsFigure({ logs, overflow }: MatrixProducts, factors: number): PlotFigure {
  const ylabel = localize({ en: "seeds", zh: "种子数" });
  const panels = [
    histogram(logs.at(-1)!, {
      title: localize({ en: `after ${factors} products`, zh: `${factors} 次相乘之后` }),
      xlabel: "log10 max |M|",
      ylabel,
      bins: 24,
    }),
  ];
  const finite = overflow.filter(Number.isFinite);
  if (finite.length > 0) {
    const [low, high] = [Math.min(...finite), Math.max(...finite)];
    panels.push(
      histogram(finite, {
        title: localize({ en: "float16 is infinite", zh: "float16 变为无穷" }),
        xlabel: localize({ en: "after products", zh: "相乘次数" }),
        ylabel,
        bins: high - low + 1,
        range: [low - 0.5, high + 0.5],
      }),
    );
  }
  return figureOf("matrix-ends", panels, {
    panelSize: [4, 2.75],
    caption: localize({
      en: "How large these products are in the end, and when half precision no longer holds them",
      zh: "这些积最终有多大，以及半精度何时再也存不下",
    }),
  });
}
