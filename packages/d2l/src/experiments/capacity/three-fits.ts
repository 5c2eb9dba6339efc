// F54: one data set fitted with too little, enough and too much.
import * as torch from "torchlet";
import { localize } from "torchlet";
import type { Panel } from "../../report/figure.js";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { eachSeed } from "../seeds.js";
import * as polynomials from "./polynomials.js";
import { fixed, named, pair, rises, type Tools } from "./tools.js";

/** F54: one data set, three polynomials. */
export async function threeFits(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const degrees = [1, 3, 11];
  const names = [
    { en: "underfitting", zh: "欠拟合" },
    { en: "right", zh: "正常" },
    { en: "overfitting", zh: "过拟合" },
  ];
  const runs = await eachSeed(tools, { en: "three fits", zh: "三种拟合" }, () => {
    const [train, validation] = [polynomials.drawWave(15), polynomials.drawWave(1000)];
    const columns = degrees.map((degree) => degree + 1);
    return { train, errors: polynomials.errorsByColumns(train, validation, columns) };
  });
  if (signal.aborted) return;
  const train = degrees.map((_, i) => median(runs.map(({ errors }) => errors[i]!.train)));
  const validation = degrees.map((_, i) => median(runs.map(({ errors }) => errors[i]!.validation)));
  const samples = runs[0]!.train;
  const x = Array.from({ length: 201 }, (_, i) => i / 200);
  const grid = torch.tensor(x, { dtype: torch.float64 }).reshape(-1, 1);
  const panels = degrees.map((degree, i): Panel => {
    const w = polynomials.leastSquares(polynomials.monomials(samples.x, degree + 1), samples.y);
    const y = polynomials
      .monomials(grid, degree + 1)
      .matmul(w)
      .reshape(-1);
    return {
      title: localize({ en: `degree ${degree}: ${names[i]!.en}`, zh: `${degree} 次：${names[i]!.zh}` }),
      xlabel: "x",
      ylabel: "y",
      xlim: [0, 1],
      ylim: [-2, 2],
      series: [
        {
          x: samples.x.reshape(-1).tolist() as number[],
          y: samples.y.reshape(-1).tolist() as number[],
          label: named("samples"),
          format: "o",
        },
        { x, y: x.map((v) => Math.sin(2 * Math.PI * v)), label: named("truth"), format: "k:" },
        { x, y: y.tolist() as number[], label: named("fit"), format: "C1-" },
      ],
    };
  });
  report.figure(
    figureOf("fits", panels, {
      caption: localize({ en: "One data set, three polynomials", zh: "同一数据，三个多项式" }),
    }),
  );
  check(
    "fits",
    pair("training", fixed(train), "validation", fixed(validation)),
    rises(train) === 0 && validation[1]! < validation[0]! && validation[1]! < validation[2]!,
  );
}
