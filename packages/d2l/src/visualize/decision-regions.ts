// Which class a model gives to each point of the plane.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import type { Dots, Panel } from "../report/figure.js";
import { centresOf, limitsOf } from "./grid.js";

/** What is drawn beside the regions. */
export interface DecisionRegionsOptions {
  /** Samples (n, 2), drawn as points. */
  readonly points?: Tensor;
  /** Their classes (n): 0, 1, 2, ... */
  readonly labels?: Tensor;
  /** Names of the classes. Default: `"class 0"`, ... */
  readonly names?: readonly string[];
  /** Limits of the axes. Default: those of the points with a margin, else -1 to 1. */
  readonly xlim?: readonly [number, number];
  readonly ylim?: readonly [number, number];
  /** Cells along each axis. Default: 120. */
  readonly resolution?: number;
  readonly title?: string;
  readonly xlabel?: string;
  readonly ylabel?: string;
}

/**
 * The plane in the colours of the predicted classes, with samples on it.
 *
 * @param predict takes points (m, 2), gives scores (m, classes), of which the largest counts, or one score (m) or (m, 1), whose sign
 * counts. A module is asked as it is; switch it to evaluation first where that matters
 *
 * @example
 * visualize.decisionRegions(net, { points: X, labels: y, title: "after 500 steps" });
 */
export function decisionRegions(predict: (points: Tensor) => Tensor, options: DecisionRegionsOptions = {}): Panel {
  const { points, labels, resolution = 120, title, xlabel = "x1", ylabel = "x2" } = options;
  const samples = (points?.tolist() ?? []) as number[][];
  const across = samples.map((sample) => sample[0]!);
  const up = samples.map((sample) => sample[1]!);
  const xlim = options.xlim ?? (samples.length > 0 ? limitsOf(across) : [-1, 1]);
  const ylim = options.ylim ?? (samples.length > 0 ? limitsOf(up) : [-1, 1]);
  const grid = { xlim, ylim, columns: resolution, rows: resolution };
  const scores = torch.noGrad(() => predict(centresOf(grid)));
  const one = scores.ndim === 1 || scores.shape[1] === 1;
  const classes = (one ? scores.reshape(-1).gt(0).to(torch.int32) : scores.argmax(1)).tolist() as number[];
  const own = (labels?.reshape(-1).tolist() ?? samples.map(() => 0)) as number[];
  const kinds = [...new Set(own)].sort((a, b) => a - b);
  const dots = kinds.map((kind): Dots => {
    const chosen = samples.filter((_, i) => own[i] === kind);
    return {
      kind: "dots",
      x: chosen.map((sample) => sample[0]!),
      y: chosen.map((sample) => sample[1]!),
      color: `C${kind}`,
      ...(labels === undefined ? {} : { label: options.names?.[kind] ?? `class ${kind}` }),
    };
  });
  return {
    ...(title === undefined ? {} : { title }),
    xlabel,
    ylabel,
    xlim,
    ylim,
    series: [],
    marks: [
      { kind: "field", style: "classes", x: xlim, y: ylim, columns: resolution, rows: resolution, values: classes },
      ...dots,
    ],
  };
}
