// How numbers are distributed: activations, gradients, weights of a layer.
import type { Tensor } from "torchlet";
import type { Panel } from "../report/figure.js";

/** How a histogram is drawn. */
export interface HistogramOptions {
  /** Bins of equal width. Default: 40. */
  readonly bins?: number;
  /** Limits of the bins; numbers outside are counted in the first and the last. Default: the numbers' own. */
  readonly range?: readonly [number, number];
  readonly title?: string;
  readonly xlabel?: string;
  readonly ylabel?: string;
  readonly color?: string;
}

/**
 * A histogram; NaN and the infinities are left out.
 *
 * @example
 * layers.map((h, i) => visualize.histogram(h, { title: `layer ${i + 1}`, range: [-1, 1] }));
 */
export function histogram(values: Tensor | ArrayLike<number>, options: HistogramOptions = {}): Panel {
  const { bins = 40, title, xlabel = "value", ylabel = "count", color = "C0" } = options;
  const given = "storage" in values ? (values.reshape(-1).tolist() as number[]) : Array.from(values);
  const finite = given.filter(Number.isFinite);
  let low = options.range?.[0] ?? finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let high = options.range?.[1] ?? finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (!(low < high)) [low, high] = finite.length === 0 ? [0, 1] : [low - 0.5, low + 0.5];
  const counts = new Array<number>(bins).fill(0);
  for (const value of finite) {
    counts[Math.max(0, Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins)))]!++;
  }
  const edge = (i: number) => low + (i / bins) * (high - low);
  return {
    ...(title === undefined ? {} : { title }),
    xlabel,
    ylabel,
    xlim: [low, high],
    ylim: [0, Math.max(1, ...counts) * 1.05],
    series: [],
    marks: [
      {
        kind: "rectangles",
        x: counts.map((_, i) => [edge(i), edge(i + 1)] as const),
        y: counts.map((count) => [0, count] as const),
        color,
      },
    ],
  };
}
