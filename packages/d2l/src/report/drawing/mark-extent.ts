// How far the marks of a panel reach, and what of them stands in the legend.
import type { Mark, Panel, Series } from "../figure.js";

/** A mark's places as lines, so that limits of axes and the legend's place know of it. */
export function outlineOf(mark: Mark): readonly { readonly x: readonly number[]; readonly y: readonly number[] }[] {
  switch (mark.kind) {
    case "rectangles":
      return mark.x.map(([from, to], index) => ({ x: [from, to], y: [...(mark.y[index] ?? [])] }));
    case "lines":
      return mark.lines;
    case "dots":
    case "texts":
      return mark.x.map((x, index) => ({ x: [x], y: [mark.y[index]!] }));
    case "field":
      // It covers everything: no place for a legend is better than another.
      return [
        { x: [mark.x[0]], y: [mark.y[0]] },
        { x: [mark.x[1]], y: [mark.y[1]] },
      ];
    default:
      return mark satisfies never;
  }
}

/** Marks that have a name, as lines without points: a legend that knows lines only names them too. */
export function namedMarks(panel: Panel): readonly Series[] {
  return (panel.marks ?? []).flatMap((mark) =>
    mark.kind !== "texts" && mark.kind !== "field" && mark.label
      ? [{ x: [], y: [], label: mark.label, format: `${mark.color ?? "C0"}${mark.kind === "lines" ? "-" : "o"}` }]
      : [],
  );
}

/** Whether a field lies beneath the axes, which then need no grid. */
export function hasField(panel: Panel): boolean {
  return (panel.marks ?? []).some(({ kind }) => kind === "field");
}
