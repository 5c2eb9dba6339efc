// Panels side by side as one figure.
import type { Panel, PlotFigure } from "../report/figure.js";

/** How panels are laid out. */
export interface FigureOptions {
  readonly caption?: string;
  /** Panels in a row. Default: all of them, at most 3. */
  readonly columns?: number;
  /** Inches a panel, width and height. Default: 3.5 x 2.75. */
  readonly panelSize?: readonly [number, number];
}

/**
 * A figure of some panels, row by row.
 *
 * @example
 * report.figure(visualize.figureOf("xor", [visualize.decisionRegions(net, { points, labels })], { caption: "XOR, learned" }));
 */
export function figureOf(id: string, panels: readonly Panel[], options: FigureOptions = {}): PlotFigure {
  const { caption, columns = Math.min(3, Math.max(1, panels.length)), panelSize = [3.5, 2.75] } = options;
  const rows = Math.max(1, Math.ceil(panels.length / columns));
  const empty: Panel = { series: [], frame: false, xticks: [], yticks: [] };
  const all = [...panels, ...Array.from({ length: rows * columns - panels.length }, () => empty)];
  const figsize = [panelSize[0] * columns, panelSize[1] * rows] as const;
  return { kind: "plot", id, ...(caption === undefined ? {} : { caption }), figsize, rows, columns, panels: all };
}
