// F55: errors along the capacity.
import { localize } from "torchlet";
import { median, within } from "../measured.js";
import { eachSeed } from "../seeds.js";
import { reference } from "./claims.js";
import * as polynomials from "./polynomials.js";
import { named, pair, rises, rising, type Tools } from "./tools.js";

/** F55: training and validation error against the number of columns, medians of many data sets. */
export async function errorCurve(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const columns = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15];
  const runs = await eachSeed(
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
        xlabel: localize({ en: "columns (degree + 1)", zh: "列数（次数 + 1）" }),
        ylabel: named("squaredError"),
        yscale: "log",
        series: [
          { x: columns, y: train, label: named("training"), format: "-" },
          { x: columns, y: validation, label: named("validation"), format: "m--" },
        ],
        marks: [
          {
            kind: "dots",
            x: [columns[least]!],
            y: [validation[least]!],
            size: 5,
            color: "C3",
            label: localize({ en: `best: ${columns[least]} columns`, zh: `最佳：${columns[least]} 列` }),
          },
        ],
      },
    ],
  });
  const risen = runs.reduce((sum, run) => sum + rises(run.map((errors) => errors.train)), 0);
  check(
    "trainFalls",
    { en: `${risen} rises in ${runs.length} data sets`, zh: `${runs.length} 个数据集上升 ${risen} 次` },
    risen === 0,
  );
  const fall = [validation[0]!, validation[least]!, validation.at(-1)!].map((error) => error.toPrecision(3)).join(", ");
  check(
    "uShape",
    { en: `least at ${columns[least]} columns: ${fall}`, zh: `${columns[least]} 列处最低：${fall}` },
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
      pair("training", trainHere.toFixed(5), "validation", here.toFixed(5)),
      within(trainHere, reference[4].train, reference[4].tolerance) &&
        within(here, reference[4].validation, reference[4].tolerance),
    );
    const near = (value: number, { validation: expected, factor }: { validation: number; factor: number }) =>
      value <= expected * factor && value >= expected / factor;
    const [ten, fifteen] = [validation[at(10)]!, validation[at(15)]!];
    check(
      "overfitted",
      `${ten.toFixed(4)}; ${fifteen.toFixed(1)}`,
      near(ten, reference[10]) && near(fifteen, reference[15]),
    );
  }
}
