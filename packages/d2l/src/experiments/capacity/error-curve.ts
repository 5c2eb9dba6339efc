// F55: errors along the capacity.
import { localize } from "torchlet";
import { median } from "../measured.js";
import * as polynomials from "./polynomials.js";
import { everySeed, rises, rising, type Tools } from "./tools.js";

/** F55: training and validation error against the number of columns, medians of many data sets. */
export async function errorCurve(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const columns = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15];
  const runs = await everySeed(
    { ...tools, seeds: tools.dataSets },
    { en: "error against capacity", zh: "误差随容量的变化" },
    () => polynomials.errorsByColumns(polynomials.drawCubic(100), polynomials.drawCubic(100), columns),
  );
  if (signal.aborted) return;
  const train = columns.map((_, i) => median(runs.map((run) => run[i]!.train)));
  const validation = columns.map((_, i) => median(runs.map((run) => run[i]!.validation)));
  const least = validation.indexOf(Math.min(...validation));
  report.figure({
    kind: "plot",
    id: "error-curve",
    caption: localize({
      en: "Error against capacity: exact least squares, 100 samples of the book's polynomial",
      zh: "误差随容量的变化：精确最小二乘，书中多项式的 100 个样本",
    }),
    figsize: [5, 3.25],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: "columns (degree + 1)",
        ylabel: "mean squared error",
        yscale: "log",
        series: [
          { x: columns, y: train, label: "training", format: "-" },
          { x: columns, y: validation, label: "validation", format: "m--" },
        ],
        marks: [
          {
            kind: "dots",
            x: [columns[least]!],
            y: [validation[least]!],
            size: 5,
            color: "C3",
            label: `best: ${columns[least]} columns`,
          },
        ],
      },
    ],
  });
  const risen = runs.reduce((sum, run) => sum + rises(run.map((errors) => errors.train)), 0);
  check("trainFalls", `${risen} rises in ${runs.length} data sets`, risen === 0);
  check(
    "uShape",
    `least at ${columns[least]} columns; ${validation[0]!.toFixed(1)}, ${validation[least]!.toFixed(4)}, ${validation.at(-1)!.toFixed(0)}`,
    columns[least] === 4 && validation[0]! > validation[least]! && validation.at(-1)! > validation[least]!,
  );
  const at = (k: number) => columns.indexOf(k);
  // Medians of many data sets; those of a few would say more about the samples.
  if (runs.length >= 200) {
    const gaps = columns.flatMap((k, i) => (k >= 4 ? [validation[i]! - train[i]!] : []));
    check("gap", gaps.map((gap) => gap.toPrecision(2)).join(", "), rising(gaps));
    const [trainHere, here] = [train[at(4)]!, validation[at(4)]!];
    check(
      "atTruth",
      `train ${trainHere.toFixed(5)}, validation ${here.toFixed(5)}`,
      Math.abs(trainHere - 0.00965) <= 5e-4 && Math.abs(here - 0.01043) <= 5e-4,
    );
    const within = (value: number, expected: number, factor: number) =>
      value <= expected * factor && value >= expected / factor;
    const [ten, fifteen] = [validation[at(10)]!, validation[at(15)]!];
    check("overfitted", `${ten.toFixed(4)}; ${fifteen.toFixed(1)}`, within(ten, 0.0303, 2) && within(fifteen, 16.7, 8));
  }
}
