// A network as the book draws it: a column of circles a layer, a line a weight.
import type { Dots, Lines, Panel, Texts } from "../report/figure.js";

/** How a network is drawn. */
export interface NetworkDiagramOptions {
  /** Names under the columns. Default: `"input"`, `"hidden"`, `"output"`. */
  readonly names?: readonly string[];
  /** Letters of the units, a column each. Default: x, h, ..., o. */
  readonly letters?: readonly string[];
  /** Units that are taken out, as dropout does: `[layer, unit]`, both from 0. */
  readonly removed?: readonly (readonly [layer: number, unit: number])[];
  /** Columns with more units show this many and dots for the rest. Default: 8. */
  readonly maxUnits?: number;
  readonly title?: string;
}

/**
 * A fully connected network: layers side by side, from left to right.
 *
 * @param widths units of each layer, the input first, such as `[4, 5, 3]`
 *
 * @example
 * visualize.networkDiagram([4, 5, 3], { removed: [[1, 1], [1, 4]], title: "after dropout" });
 */
export function networkDiagram(widths: readonly number[], options: NetworkDiagramOptions = {}): Panel {
  const { removed = [], maxUnits = 8, title } = options;
  const last = widths.length - 1;
  const gone = new Set(removed.map(([layer, unit]) => `${layer} ${unit}`));
  const name = (layer: number) =>
    options.names?.[layer] ??
    (layer === 0 ? "input" : layer === last ? "output" : last === 2 ? "hidden" : `hidden ${layer}`);
  const letter = (layer: number) => options.letters?.[layer] ?? (layer === 0 ? "x" : layer === last ? "o" : "h");
  const columns = widths.map((width, layer) => {
    const shown = Math.min(width, maxUnits);
    return Array.from({ length: shown }, (_, unit) => {
      // The last circle of a long column is the last unit, the one before it stands for all between.
      const index = width > maxUnits && unit === shown - 1 ? width - 1 : unit;
      const between = width > maxUnits && unit === shown - 2;
      return { x: layer, y: (shown - 1) / 2 - unit, index, between, gone: gone.has(`${layer} ${index}`) };
    });
  });
  const units = columns.flat().filter(({ between }) => !between);
  const edges = columns
    .slice(1)
    .flatMap((column, k) =>
      columns[k]!.flatMap((from) =>
        column
          .filter((to) => ![from, to].some((end) => end.between || end.gone))
          .map((to) => ({ x: [from.x, to.x], y: [from.y, to.y] })),
      ),
    );
  const height = Math.max(...columns.map((column) => column.length));
  const circles = (present: boolean): Dots => {
    const chosen = units.filter((unit) => unit.gone !== present);
    const place = { x: chosen.map(({ x }) => x), y: chosen.map(({ y }) => y) };
    // Smaller where many stand above each other, so that they do not touch.
    return { kind: "dots", ...place, size: Math.min(11, 56 / height), color: present ? "C0" : "C7", hollow: true };
  };
  const words: Texts = {
    kind: "texts",
    x: [...columns.flat().map(({ x }) => x), ...columns.map((_, layer) => layer)],
    y: [...columns.flat().map(({ y }) => y), ...columns.map(() => -height / 2 - 0.6)],
    texts: [
      ...columns.flatMap((column, layer) =>
        column.map(({ index, between, gone }) => (between ? "⋮" : gone ? "×" : `${letter(layer)}${index + 1}`)),
      ),
      ...columns.map((_, layer) => `${name(layer)} (${widths[layer]})`),
    ],
  };
  const lines: Lines = { kind: "lines", lines: edges, color: "C7", width: 0.6 };
  return {
    ...(title === undefined ? {} : { title }),
    xlim: [-0.5, last + 0.5],
    ylim: [-height / 2 - 1.1, height / 2 + 0.3],
    xticks: [],
    yticks: [],
    frame: false,
    series: [],
    marks: [lines, circles(true), circles(false), words],
  };
}
