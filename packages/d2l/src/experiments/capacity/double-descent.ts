// What the book's classical picture leaves out: far beyond the number of samples the error falls a second time.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import { localize } from "torchlet";
import { figureOf } from "../../visualize/index.js";
import { median } from "../measured.js";
import { eachSeed } from "../seeds.js";
import { named, type Tools } from "./tools.js";

const dtype = torch.float64;
const [n, inputs] = [40, 10];

/** Samples of a noisy linear function of ten numbers. */
function draw(count: number, w: Tensor): { X: Tensor; y: Tensor } {
  const X = torch.randn(count, inputs, { dtype });
  return { X, y: X.matmul(w).add(torch.randn(count, 1, { dtype }).mul(0.5)) };
}

/** A network whose first layer stays as it is drawn; of all outputs that fit the samples best it takes the smallest weights. */
export async function doubleDescent(tools: Tools): Promise<void> {
  const { report, check, signal } = tools;
  const widths = [2, 5, 10, 20, 30, 36, 40, 44, 50, 70, 100, 200, 400];
  const runs = await eachSeed({ ...tools, seeds: 3 * tools.seeds }, { en: "double descent", zh: "双下降" }, () => {
    const w = torch.randn(inputs, 1, { dtype }).div(Math.sqrt(inputs));
    const [train, test] = [draw(n, w), draw(300, w)];
    return widths.map((width) => {
      const W = torch.randn(inputs, width, { dtype });
      const features = ({ X }: typeof train) => X.matmul(W).relu().div(Math.sqrt(width));
      const output = torch.linalg.pinv(features(train)).matmul(train.y);
      const error = (samples: typeof train) => features(samples).matmul(output).sub(samples.y).square().mean().item();
      return { train: error(train), test: error(test) };
    });
  });
  if (signal.aborted) return;
  const train = widths.map((_, i) => median(runs.map((run) => run[i]!.train)));
  const test = widths.map((_, i) => median(runs.map((run) => run[i]!.test)));
  // Beyond the number of samples the training error is rounding alone, which a logarithmic axis has no place for.
  const visible = train.map((error) => (error > 1e-6 ? error : null));
  report.figure(
    figureOf(
      "double-descent",
      [
        {
          xlabel: localize({ en: "hidden units", zh: "隐藏单元数" }),
          ylabel: named("squaredError"),
          xscale: "log",
          yscale: "log",
          ylim: [1e-2, 1e2],
          series: [
            { x: widths, y: visible, label: named("training"), format: "-" },
            { x: widths, y: test, label: named("test"), format: "m--" },
            {
              x: [n, n],
              y: [1e-2, 1e2],
              label: localize({ en: "units = samples", zh: "单元数 = 样本数" }),
              format: "k:",
            },
          ],
        },
      ],
      {
        caption: localize({
          en: `Double descent: ${n} samples, a hidden layer of random weights, the smallest output weights that fit best`,
          zh: `双下降：${n} 个样本，权重随机的隐藏层，取拟合最好者中最小的输出权重`,
        }),
        panelSize: [5, 3.25],
      },
    ),
  );
  const peak = test.indexOf(Math.max(...test));
  const first = Math.min(...test.slice(0, peak));
  const last = test.at(-1)!;
  const fitted = Math.max(...runs.map((run) => run.at(-1)!.train));
  const [a, b, c] = [first, test[peak]!, last].map((error) => error.toPrecision(2));
  check(
    "doubleDescent",
    {
      en: `peak at ${widths[peak]} units; test ${a}, ${b}, ${c}; training ${fitted.toExponential(0)}`,
      zh: `${widths[peak]} 个单元处最高；测试 ${a}、${b}、${c}；训练 ${fitted.toExponential(0)}`,
    },
    widths[peak] === n && test[peak]! >= 10 * first && test[peak]! >= 10 * last && fitted < 1e-9,
  );
}
