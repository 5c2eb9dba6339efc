// Line plots with the book's arguments.
import { Tensor } from "torchlet";
import type { Panel, PlotFigure, Scale, Series } from "../report/figure.js";
import { nextFigureId, show } from "./display.js";

/** Numbers that can be drawn. */
export type Values = Tensor | readonly number[];

/** The formats of successive lines: blue solid, magenta dashed, green dash-dotted, red dotted. */
export const FORMATS: readonly string[] = ["-", "m--", "g-.", "r:"];

/** What axes look like. */
export interface AxesOptions {
  readonly xlabel?: string | null;
  readonly ylabel?: string | null;
  readonly xlim?: readonly [number, number] | null;
  readonly ylim?: readonly [number, number] | null;
  readonly xscale?: Scale;
  readonly yscale?: Scale;
  readonly legend?: readonly string[] | null;
}

/** Options of `plot`. */
export interface PlotOptions extends AxesOptions {
  readonly fmts?: readonly string[];
  /** Inches. Default: (3.5, 2.5). */
  readonly figsize?: readonly [number, number];
  readonly id?: string;
  /** A sentence beneath the figure. */
  readonly caption?: string;
}

let defaultFigsize: readonly [number, number] = [3.5, 2.5];

/** Accepted for the book's sake: figures are vector graphics already. */
export function useSvgDisplay(): void {}

/** The size of figures that name none, in inches. */
export function setFigsize(figsize: readonly [number, number] = [3.5, 2.5]): void {
  defaultFigsize = figsize;
}

/** The size that figures have by default. */
export function getFigsize(): readonly [number, number] {
  return defaultFigsize;
}

/** Axes with labels, limits, scales and a legend: a panel of a figure, and always with a grid. */
export function setAxes(
  panel: Panel,
  xlabel: string | null,
  ylabel: string | null,
  xlim: readonly [number, number] | null,
  ylim: readonly [number, number] | null,
  xscale: Scale,
  yscale: Scale,
  legend: readonly string[] | null,
): Panel {
  return {
    ...panel,
    ...(xlabel === null ? {} : { xlabel }),
    ...(ylabel === null ? {} : { ylabel }),
    ...(xlim === null ? {} : { xlim }),
    ...(ylim === null ? {} : { ylim }),
    xscale,
    yscale,
    series: panel.series.map((s, i) => (legend?.[i] === undefined ? s : { ...s, label: legend[i] })),
  };
}

function numbers(values: Values): number[] {
  return values instanceof Tensor ? Array.from(values.detach().reshape(-1).toTypedArray()) : [...values];
}

/** Whether it is one line rather than a list of lines. */
function isOneAxis(X: Values | readonly Values[]): X is Values {
  return X instanceof Tensor ? X.ndim === 1 : typeof X[0] === "number" || X.length === 0;
}

function lines(X: Values | readonly Values[]): number[][] {
  if (isOneAxis(X)) return [numbers(X)];
  if (X instanceof Tensor) return X.unbind().map(numbers);
  return (X as readonly Values[]).map(numbers);
}

/**
 * Draws lines: `plot(x, y)`, `plot(x, [y1, y2])` or `plot(y)` against the index.
 *
 * At most as many lines as there are formats (4) are drawn, as in the book.
 *
 * @example
 * d2l.plot(x, x.grad, "x", "grad of relu", { figsize: [5, 2.5] });
 */
export function plot(
  X: Values | readonly Values[],
  Y?: Values | readonly Values[] | null,
  xlabel?: string | PlotOptions | null,
  ylabel?: string | PlotOptions | null,
  given?: PlotOptions,
): PlotFigure {
  const options: PlotOptions = {
    ...(typeof xlabel === "string" ? { xlabel } : (xlabel ?? {})),
    ...(typeof ylabel === "string" ? { ylabel } : (ylabel ?? {})),
    ...given,
  };
  const { fmts = FORMATS, figsize = defaultFigsize, xscale = "linear", yscale = "linear" } = options;
  let xs = lines(X);
  let ys: number[][];
  if (Y === undefined || Y === null) {
    ys = xs;
    xs = ys.map((y) => y.map((_, i) => i));
  } else {
    ys = lines(Y);
    if (xs.length !== ys.length) xs = ys.map(() => xs[0]!);
  }
  const count = Math.min(xs.length, ys.length, fmts.length);
  const series: Series[] = Array.from({ length: count }, (_, i) => ({ x: xs[i]!, y: ys[i]!, format: fmts[i]! }));
  const panel = setAxes(
    { series },
    options.xlabel ?? null,
    options.ylabel ?? null,
    options.xlim ?? null,
    options.ylim ?? null,
    xscale,
    yscale,
    options.legend ?? null,
  );
  return show({
    kind: "plot",
    id: options.id ?? nextFigureId(),
    ...(options.caption === undefined ? {} : { caption: options.caption }),
    figsize,
    rows: 1,
    columns: 1,
    panels: [panel],
  });
}
