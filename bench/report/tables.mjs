// Results as Markdown tables: one table a group, the goals, the sweep, what was left out.
import { batches, widths } from "../cases/sweep.mjs";
import { judge } from "../goals.mjs";
import { digits } from "../stats.mjs";
import { inOrder, labelOf } from "./palette.mjs";
import { goalCells, sweepGrids } from "./text.mjs";

/** A column's head: the implementation in two or three short lines. */
const headOf = (name) => labelOf(name).replaceAll(", ", "<br>");

const escape = (text) => String(text).replaceAll("|", "\\|");

/** A table in Markdown; all columns but the first are numbers, at the right. */
export function table(head, lines) {
  const row = (cells) => `| ${cells.map(escape).join(" | ")} |`;
  return [row(head), `|${head.map((_, i) => (i === 0 ? "---" : "---:")).join("|")}|`, ...lines.map(row)].join("\n");
}

/** A group: cases by implementations; each cell the best, and the median in brackets. Implementations without a result are left out. */
export function groupTable({ results }, group) {
  const rows = results.filter((row) => row.group === group);
  const names = inOrder(new Set(rows.flatMap(({ measured }) => Object.keys(measured))));
  if (names.length === 0) return null;
  return table(
    ["best (median)", "unit", ...names.map(headOf)],
    rows.map(({ text, unit, measured }) => [
      text,
      unit,
      ...names.map((name) => {
        const entry = measured[name];
        if (entry === undefined) return "-";
        return entry.samples === 1 ? digits(entry.best) : `${digits(entry.best)} (${digits(entry.median)})`;
      }),
    ]),
  );
}

/** Elementwise cases as a share of a plain copy's bandwidth: 1 is as fast as `memcpy` with as many threads. */
export function bandwidthTable({ results, machine }) {
  const rows = results.filter(({ bytes, measured }) => bytes !== undefined && Object.keys(measured).length > 0);
  if (rows.length === 0) return null;
  const names = inOrder(new Set(rows.flatMap(({ measured }) => Object.keys(measured)))).filter((name) =>
    / [12]$/.test(name),
  );
  return table(
    ["bandwidth over a plain copy's", ...names.map(headOf)],
    rows.map(({ text, bytes, measured }) => [
      text,
      ...names.map((name) => {
        const copy = machine[`copy${name.at(-1)}`];
        return measured[name] === undefined ? "-" : (bytes / measured[name].best / 1e6 / copy).toFixed(2);
      }),
    ]),
  );
}

/**
 * The cases in which somebody else is faster than torchlet's best, the widest gap first. Memory is no race, and the sweep has
 * tables of its own.
 */
export function lossesTable({ results }) {
  const lost = results
    .filter(({ group }) => group !== "memory" && group !== "sweep")
    .flatMap(({ text, unit, measured }) => {
      const entries = Object.entries(measured);
      const faster = ([, a], [, b]) => (unit === "GFLOP/s" ? b.best - a.best : a.best - b.best);
      const [own] = entries.filter(([name]) => name.startsWith("torchlet")).sort(faster);
      const [other] = entries.filter(([name]) => !name.startsWith("torchlet")).sort(faster);
      if (own === undefined || other === undefined) return [];
      const ratio = unit === "GFLOP/s" ? other[1].best / own[1].best : own[1].best / other[1].best;
      return ratio > 1 ? [{ text, unit, own, other, ratio }] : [];
    })
    .sort((a, b) => b.ratio - a.ratio);
  if (lost.length === 0) return "None in this run.";
  return table(
    ["case", "unit", "torchlet's best", "", "faster", "", "factor"],
    lost.map(({ text, unit, own, other, ratio }) => [
      text,
      unit,
      digits(own[1].best),
      labelOf(own[0]),
      digits(other[1].best),
      labelOf(other[0]),
      ratio.toFixed(2),
    ]),
  );
}

/** The goals with what was measured. */
export const goalsTable = (report) => table(["goal", "bound", "measured", ""], judge(report).map(goalCells));

/** The sweep: a table for each implementation, percent of the machine's peak with two threads. */
export function sweepTables({ results, machine }) {
  const grids = sweepGrids(results, machine);
  if (grids === null) return null;
  return grids
    .map(({ name, cells }) =>
      [
        `${labelOf(name)}:`,
        "",
        table(
          ["batch \\ width", ...widths],
          cells.map((line, i) => [
            batches[i],
            ...line.map((cell) => (cell === null ? "-" : `${(cell.share * 100).toFixed(0)} %`)),
          ]),
        ),
      ].join("\n"),
    )
    .join("\n\n");
}

/** The machine and the versions, as a list. */
export function machineList({ date, seconds, rounds, environment: e, machine: m, missing }) {
  const lines = [
    `${e.cpu}, ${e.cores} cores, ${e.memoryGB} GB; ${e.platform}; Node ${e.node.slice(1)} (V8 ${e.v8}); SIMD ${e.engine.simd}`,
    `torchlet at ${e.commit ?? "an unknown commit"}${e.clean ? "" : " with changes"}; BLAS: ${e.engine.blas.library ?? e.engine.blas.state}; PyTorch ${e.pytorch ?? "none"}; TensorFlow.js ${e["tensorflow.js"] ?? "none"}; jax-js ${e["jax-js"] ?? "none"}`,
    `peak: ${m.gflops1.toFixed(0)} GFLOP/s with one thread (${m.by1}), ${m.gflops2.toFixed(0)} with two (${m.by2}); a plain copy of 4 MB: ${m.copy1.toFixed(0)} GB/s read and written with one thread, ${m.copy2.toFixed(0)} with two`,
    `${date.slice(0, 10)}, ${rounds} rounds in ${seconds} s`,
    ...missing.map(({ name, reason }) => `without ${name}: ${reason}`),
  ];
  return lines.map((line) => `- ${line}`).join("\n");
}

/** What a browser measured: its rows have a case, a unit, an implementation, best and median. */
export function browserTable({ browser }) {
  if (!Array.isArray(browser?.rows) || browser.rows.length === 0) return null;
  const names = [...new Set(browser.rows.map(({ implementation }) => implementation))];
  const cases = [...new Map(browser.rows.map((row) => [row.case, row])).values()];
  return table(
    ["best (median)", "unit", ...names],
    cases.map((test) => [
      test.text ?? test.case,
      test.unit,
      ...names.map((name) => {
        const found = browser.rows.find((row) => row.case === test.case && row.implementation === name);
        return found === undefined ? "-" : `${digits(found.best)} (${digits(found.median)})`;
      }),
    ]),
  );
}

/** Who computed the same as torchlet, and who did not. */
export function checksText({ checks }) {
  const wrong = checks.flatMap(({ case: name, wrong }) =>
    Object.entries(wrong).map(([who, what]) => `${name}, ${who}: ${what}`),
  );
  const compared = checks.filter(({ compared }) => compared.length > 0).length;
  return wrong.length === 0
    ? `In ${compared} cases the losses of the first five steps, or elements of the result, were compared with torchlet's on one thread: all agree within 1e-4.`
    : `Not comparable, since they compute something else:\n\n${wrong.map((line) => `- ${line}`).join("\n")}`;
}
