// F52: the notes' table of capacity and complexity, a training in each field.
import * as torch from "torchlet";
import { type Localized, localize } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { eachSeed } from "../seeds.js";
import * as curves from "./curve-fitting.js";
import { named, pair, type Tools } from "./tools.js";

/** F52: the table of four fields, each field a training. */
export async function fourFields(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const fields = [
    { id: "lowSimple", draw: curves.drawSimple, n: 15, make: curves.makeLine },
    { id: "lowComplex", draw: curves.drawComplex, n: 200, make: curves.makeLine },
    { id: "highSimple", draw: curves.drawSimple, n: 15, make: curves.makeLarge },
    { id: "highComplex", draw: curves.drawComplex, n: 200, make: curves.makeLarge },
  ] as const;
  const verdicts = {
    lowSimple: { en: "low, simple: normal", zh: "低容量、简单数据：正常" },
    lowComplex: { en: "low, complex: underfitting", zh: "低容量、复杂数据：欠拟合" },
    highSimple: { en: "high, simple: overfitting", zh: "高容量、简单数据：过拟合" },
    highComplex: { en: "high, complex: normal", zh: "高容量、复杂数据：正常" },
  };
  const panels: Panel[] = [];
  const rows: (Localized | number)[][] = [];
  const grid = torch.linspace(-2, 2, 161).reshape(-1, 1);
  for (const { id, draw, n, make } of fields) {
    const runs = await eachSeed(tools, verdicts[id], () => {
      const [train, validation] = [draw(n), draw(1000)];
      const net = make();
      curves.fit(net, train, 300);
      const errors = { train: curves.errorOf(net, train), validation: curves.errorOf(net, validation) };
      return { errors, samples: train, fitted: torch.noGrad(() => net(grid)) };
    });
    if (signal.aborted) return;
    const train = median(runs.map(({ errors }) => errors.train));
    const validation = median(runs.map(({ errors }) => errors.validation));
    rows.push([verdicts[id], train, validation]);
    const { samples, fitted } = runs[0]!;
    const list = (values: torch.Tensor) => values.reshape(-1).tolist() as number[];
    const truth = draw === curves.drawSimple ? grid.mul(0.8) : curves.waveOf(grid);
    panels.push({
      title: localize(verdicts[id]),
      xlabel: "x",
      ylabel: "y",
      xlim: [-2, 2],
      ylim: [-4, 4],
      series: [
        { x: list(samples.x).slice(0, 60), y: list(samples.y).slice(0, 60), label: named("samples"), format: "o" },
        { x: list(grid), y: list(truth), label: named("truth"), format: "k:" },
        { x: list(grid), y: list(fitted), label: named("fit"), format: "C1-" },
      ],
    });
    const holds = {
      lowSimple: validation <= 1.5 * curves.NOISE,
      lowComplex: train >= 3 * curves.NOISE,
      highSimple: train <= 0.5 * curves.NOISE && validation >= 2 * curves.NOISE,
      highComplex: validation <= 2 * curves.NOISE,
    };
    check(id, pair("training", train.toFixed(3), "validation", validation.toFixed(3)), holds[id]);
  }
  report.figure(
    figureOf("fields", panels, {
      columns: 2,
      panelSize: [3.75, 3.25],
      caption: localize({
        en: "Capacity of the model against complexity of the data: four trainings",
        zh: "模型容量与数据复杂度：四次训练",
      }),
    }),
  );
  report.table({
    caption: {
      en: "The same as numbers, medians; the noise alone is 0.16",
      zh: "对应的数值（中位数）；噪声本身为 0.16",
    },
    columns: [
      { en: "capacity, data", zh: "容量、数据" },
      { en: "training error", zh: "训练误差" },
      { en: "validation error", zh: "验证误差" },
    ],
    rows,
  });
}
