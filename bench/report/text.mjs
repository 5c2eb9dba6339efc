// Results as lines for a terminal.
import { batches, widths } from "../cases/sweep.mjs";
import { digits } from "../stats.mjs";

const columns = (lines) => {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines.map((line) =>
    line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "),
  );
};

/** A case: one line for each implementation. */
export function rowText(row) {
  const lines = Object.entries(row.measured).map(([name, { best, median }]) => [
    `  ${name}`,
    digits(best),
    `(median ${digits(median)})`,
  ]);
  const skipped = grouped(Object.entries(row.skipped));
  return [
    `${row.case}: ${row.text} [${row.unit}]`,
    ...(lines.length > 0 ? columns(lines) : []),
    ...[...skipped].map(([reason, names]) => `  not ${names.join(", ")}: ${reason}`),
  ].join("\n");
}

/** Reasons with the names they hold for. */
function grouped(entries) {
  const groups = new Map();
  for (const [name, reason] of entries) groups.set(reason, [...(groups.get(reason) ?? []), name]);
  return groups;
}

/** For each implementation of the sweep, a grid: share of the machine's peak with two threads, in percent. Null without a sweep. */
export function sweepGrids(results, machine) {
  const rows = results.filter(({ group }) => group === "sweep");
  const names = [...new Set(rows.flatMap(({ measured }) => Object.keys(measured)))];
  if (names.length === 0) return null;
  return names.map((name) => ({
    name,
    cells: batches.map((batch) =>
      widths.map((width) => {
        const measured = rows.find((row) => row.case === `sweep-b${batch}-w${width}`)?.measured[name];
        return measured === undefined ? null : { gflops: measured.best, share: measured.best / machine.gflops2 };
      }),
    ),
  }));
}

/** The sweep as text. */
export function sweepText(results, machine) {
  const grids = sweepGrids(results, machine);
  if (grids === null) return null;
  return grids
    .map(({ name, cells }) =>
      [
        `step of 784-width-10, ${name}: percent of ${machine.gflops2.toFixed(0)} GFLOP/s`,
        ...columns([
          ["  batch \\ width", ...widths.map(String)],
          ...cells.map((line, i) => [
            `  ${batches[i]}`,
            ...line.map((cell) => (cell === null ? "-" : (cell.share * 100).toFixed(0))),
          ]),
        ]),
      ].join("\n"),
    )
    .join("\n");
}

/** A bound and what was measured, as text. */
export const goalCells = ({ text, unit, atMost, atLeast, measured, met }) => [
  text,
  `${atMost === undefined ? `>= ${atLeast}` : `<= ${atMost}`}${unit && ` ${unit}`}`,
  measured === null ? "-" : `${digits(measured)}${unit && ` ${unit}`}`,
  met === null ? "not measured" : met ? "met" : "NOT MET",
];

/** The goals as text; a count at the end. */
export function goalsText(judged) {
  const measured = judged.filter(({ met }) => met !== null);
  if (measured.length === 0) return "goals: none measured";
  return [
    "goals",
    ...columns(measured.map(goalCells).map(([text, ...more]) => [`  ${text}`, ...more])),
    `  ${measured.filter(({ met }) => met).length} of ${measured.length} measured goals are met` +
      (measured.length < judged.length ? `; ${judged.length - measured.length} were not measured` : ""),
  ].join("\n");
}
