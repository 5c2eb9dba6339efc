// Curves that grow while a model learns.
import type { PlotFigure, Series } from "../report/figure.js";
import { getDisplay, nextFigureId } from "./display.js";
import { type AxesOptions, FORMATS, setAxes } from "./plot.js";

/** Options of `Animator`. */
export interface AnimatorOptions extends AxesOptions {
  readonly fmts?: readonly string[];
  readonly nrows?: number;
  readonly ncols?: number;
  readonly figsize?: readonly [number, number];
  readonly id?: string;
  readonly caption?: string;
}

/**
 * Draws curves point by point.
 *
 * @example
 * const animator = new d2l.Animator({ xlabel: "epoch", xlim: [1, 10], legend: ["train loss", "test acc"] });
 * animator.add(1, [0.8, 0.7]);
 */
export class Animator {
  private readonly id: string;
  private readonly xs: number[][] = [];
  private readonly ys: number[][] = [];

  constructor(private readonly options: AnimatorOptions = {}) {
    this.id = options.id ?? nextFigureId();
  }

  /** Adds a point to each curve; null leaves a curve as it is. */
  add(x: number | readonly number[], y: number | null | readonly (number | null)[]): void {
    const ys = typeof y === "number" || y === null ? [y] : y;
    ys.forEach((value, i) => {
      const at = typeof x === "number" ? x : x[i];
      const line = (this.ys[i] ??= []);
      const positions = (this.xs[i] ??= []);
      if (at === undefined || value === null) return;
      positions.push(at);
      line.push(value);
    });
    getDisplay().figure(this.figure);
  }

  /** The figure as it stands; the first of the grid's panels carries the curves. */
  get figure(): PlotFigure {
    const {
      fmts = FORMATS,
      nrows = 1,
      ncols = 1,
      figsize = [3.5, 2.5],
      xscale = "linear",
      yscale = "linear",
    } = this.options;
    const count = Math.min(this.xs.length, fmts.length);
    const series: Series[] = Array.from({ length: count }, (_, i) => ({
      x: [...this.xs[i]!],
      y: [...this.ys[i]!],
      format: fmts[i]!,
    }));
    const { xlabel = null, ylabel = null, xlim = null, ylim = null, legend = null } = this.options;
    const first = setAxes({ series }, xlabel, ylabel, xlim, ylim, xscale, yscale, legend);
    const panels = [first, ...Array.from({ length: nrows * ncols - 1 }, () => ({ series: [] }))];
    const { caption } = this.options;
    const head = { kind: "plot", id: this.id, ...(caption === undefined ? {} : { caption }) } as const;
    return { ...head, figsize, rows: nrows, columns: ncols, panels };
  }
}
