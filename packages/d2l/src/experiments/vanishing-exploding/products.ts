// Products of many factors: powers of a number, a hundred random matrices, in double, single and half precision.

import * as torch from "torchlet";
import { localize, type Tensor } from "torchlet";
import type { Panel, Series } from "../../report/figure.js";
import { figureOf, histogram } from "../../visualize/index.js";
import { median } from "../measured.js";
import type { Context } from "./claims.js";
import { count, lineFormats, off, short } from "./numbers.js";

/** A way to store numbers: what each result becomes. */
export const formats: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  float64: (x) => x,
  float32: (x) => x.to(torch.float32).to(torch.float64),
  float16: (x) => torch.roundToHalf(x),
};

/** base, base^2, ..., each rounded to the format. */
export function powers(base: number, depth: number, format: keyof typeof formats): number[] {
  const round = formats[format]!;
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
  /** The product of the first seed. */
  readonly first: Tensor;
  /** log10 of |largest eigenvalue|, of the norm, and of the product of the norms: each bounds the one before. */
  readonly bounds: readonly (readonly [eigenvalue: number, norm: number, norms: number])[];
}

/**
 * The book's cell: M = normal(0, 1, (4, 4)), then a hundred times M = M · normal(0, 1, (4, 4)), once a seed. The products of
 * all seeds are made side by side.
 */
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
  // Rank 1 within rounding: the largest eigenvalue is the trace.
  const trace = torch.diagonal(M64, { dim1: 1, dim2: 2 }).sum(1).abs().log10().tolist() as number[];
  const norm = singular.select(1, 0).log10().tolist() as number[];
  const product = norms.tolist() as number[];
  const bounds = trace.map((value, s) => [value, norm[s]!, product[s]!] as const);
  return { logs, logs64: logOf(M64), ratios, overflow, first: M.index(0), bounds };
}

/** Up to which layer a linear net with weights of N(0, 1) in single precision stays finite, and free of NaN. */
export function linearOverflow(depth: number, width: number, batch: number): { infinite: number; nan: number } {
  let h = torch.randn(batch, width);
  const first = { infinite: Number.POSITIVE_INFINITY, nan: Number.POSITIVE_INFINITY };
  for (let layer = 1; layer <= depth; layer++) {
    h = h.matmul(torch.randn(width, width));
    if (!h.isfinite().all().item()) first.infinite = Math.min(first.infinite, layer);
    if (h.isnan().any().item()) first.nan = Math.min(first.nan, layer);
  }
  return first;
}

/** Powers of a number in three precisions, and where half precision ends. */
export function showPowers({ report, check }: Context, depth: number): void {
  const factors = count(depth).map((i) => i + 1);
  const line = (base: number) =>
    Object.keys(formats).map((format, i): Series => {
      const y = powers(base, depth, format);
      return { x: factors, y, label: format, format: lineFormats[i]! };
    });
  const [up, down] = [line(1.5), line(0.8)];
  report.figure(
    figureOf(
      "powers",
      [
        { title: "1.5^n", xlabel: "n", ylabel: "product", yscale: "log", series: up },
        { title: "0.8^n", xlabel: "n", ylabel: "product", yscale: "log", series: down },
      ],
      { caption: localize({ en: "Powers in three precisions", zh: "三种精度下的幂" }), panelSize: [4, 3] },
    ),
  );
  const half = (x: number) => torch.roundToHalf(torch.tensor(x, { dtype: torch.float64 })).item();
  if (depth === 100) {
    const [up64, up32, up16] = up.map(({ y }) => y as number[]);
    const [down64, down32, down16] = down.map(({ y }) => y as number[]);
    const near = (y64: number, y32: number, expected: number) => off(y64, expected) < 1e-9 && off(y32, expected) < 1e-5;
    check("explosion", up64![99]!, near(up64![99]!, up32![99]!, 4.065611775e17));
    check("vanishing", down64![99]!, near(down64![99]!, down32![99]!, 2.037035976e-10));
    const infiniteFrom = up16!.indexOf(Number.POSITIVE_INFINITY) + 1;
    const zero = half(down64![99]!);
    check("half", `inf from ${infiniteFrom}; ${zero}`, infiniteFrom === 28 && zero === 0);
    check("stuck", down16![99]!, down16![99]! === 2 ** -23);
  }
  const edges = [half(65504), half(65520), half(2 ** -24), half(2 ** -25)];
  const digits = [half(2 ** -14 * (1 + 2 ** -10)) * 2 ** 14, half(2 ** -15 * (1 + 2 ** -10)) * 2 ** 15];
  check(
    "range",
    `${edges.map(short).join(", ")}; ${digits.join(", ")}`,
    edges.join() === [65504, Number.POSITIVE_INFINITY, 2 ** -24, 0].join() &&
      digits.join() === [1 + 2 ** -10, 1].join(),
  );
}

/** A hundred random matrices, and a linear net of such layers; the mean of log10 of the largest elements. */
export function showMatrices(
  { report, check }: Context,
  depth: number,
  trials: number,
  seedsOf: readonly number[],
): number {
  const products = matrixProducts(seedsOf[0]!, trials, depth);
  const last = torch.tensor([...products.logs.at(-1)!], { dtype: torch.float64 });
  const overflow = products.overflow.filter(Number.isFinite);
  report.table({
    caption: { en: `A matrix after ${depth} products`, zh: `${depth} 次相乘后的矩阵` },
    columns: count(4).map((i) => ({ en: `column ${i + 1}`, zh: `第 ${i + 1} 列` })),
    rows: (products.first.tolist() as number[][]).map((row) => row.map((value) => value.toExponential(4))),
  });
  const growth: Panel = {
    title: "largest element",
    xlabel: "products",
    ylabel: "max |M|",
    yscale: "log",
    series: [
      ["median", median],
      ["min", (values: number[]) => Math.min(...values)],
      ["max", (values: number[]) => Math.max(...values)],
    ].map(([label, of], i) => ({
      x: count(depth + 1),
      y: products.logs.map((logs) => 10 ** (of as (values: readonly number[]) => number)(logs)),
      label: label as string,
      format: lineFormats[i]!,
    })),
  };
  const panels = [
    { ...growth, series: [...growth.series, { x: [0, depth], y: [65504, 65504], label: "65504", format: "r:" }] },
    histogram(last, { title: `after ${depth}`, xlabel: "log10 max |M|", ylabel: "seeds", bins: 24 }),
    histogram(overflow, {
      title: "float16 is infinite",
      xlabel: "after products",
      ylabel: "seeds",
      bins: Math.max(1, Math.max(...overflow) - Math.min(...overflow) + 1),
      range: [Math.min(...overflow) - 0.5, Math.max(...overflow) + 0.5],
    }),
  ];
  report.figure(
    figureOf("matrices", panels, {
      caption: localize({
        en: `Products of random 4 x 4 matrices, ${trials} seeds`,
        zh: `随机 4 x 4 矩阵之积，${trials} 个种子`,
      }),
    }),
  );
  if (depth === 100 && trials >= 300) {
    const [mean, std] = [last.mean().item(), last.std().item()];
    const apart = Math.max(...products.logs64.map((value, s) => Math.abs(value - products.logs.at(-1)![s]!)));
    const text = `${mean.toFixed(2)}, ${std.toFixed(2)}; apart by ${short(apart)}`;
    check("matrices", text, Math.abs(mean - 24.8) < 0.4 && Math.abs(std - 1.8) < 0.3 && apart < 1e-3);
    check("rank", median(products.ratios), median(products.ratios) < 1e-7);
    const usual = overflow.filter((n) => n >= 11 && n <= 25).length / trials;
    const middle = median(overflow);
    check(
      "overflow",
      `median ${middle}, ${Math.min(...overflow)} to ${Math.max(...overflow)}, ${(100 * usual).toFixed(1)} % within`,
      Math.abs(middle - 18) <= 1 && usual >= 0.98 && products.logs.at(-1)!.every(Number.isFinite),
    );
    const ordered = products.bounds.every(([e, n, p]) => e <= n + 1e-9 && n <= p + 1e-9);
    const slack = median(products.bounds.map(([, n, p]) => p - n));
    check("bounds", `10^${slack.toFixed(1)}`, ordered && slack > 20 && slack < 35);
  }
  const linear = seedsOf.map((s) => {
    torch.manualSeed(s);
    return linearOverflow(50, 256, 256);
  });
  const [infinite, nan] = [Math.max(...linear.map((l) => l.infinite)), Math.max(...linear.map((l) => l.nan))];
  check("linear", `inf from ${infinite}, NaN from ${nan}`, infinite <= nan && nan <= 50);
  return last.mean().item();
}
