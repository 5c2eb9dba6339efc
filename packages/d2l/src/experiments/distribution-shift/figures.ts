// What the experiment on distribution shift draws and tabulates.
import * as torch from "torchlet";
import { localize, type nn, type Tensor } from "torchlet";
import type { PlotFigure, Series } from "../../report/figure.js";
import type { Table } from "../../report/report.js";
import { figureOf } from "../../visualize/index.js";
import { mean, median } from "../measured.js";
import type { ConceptShift } from "./concept.js";
import type { CovariateShift } from "./covariate.js";
import type { Rule } from "./feedback.js";
import { frequencies, type LabelShift } from "./label.js";
import { logRatio, type Samples } from "./worlds.js";

const list = (values: Tensor) => values.reshape(-1).tolist() as number[];

/** The samples with both lines, and the weights beside the exact ratio of densities. */
export function covariateFigure({ source, target, beta, lines }: CovariateShift): PlotFigure {
  const x = torch.linspace(-1, 2, 121).reshape(-1, 1);
  const some = 120;
  const dots = ({ X, y }: Samples, format: string, label: string): Series => ({
    x: list(X).slice(0, some),
    y: list(y).slice(0, some),
    format,
    label,
  });
  const line = (net: nn.Linear) => list(torch.noGrad(() => net(x)));
  const order = source.X.reshape(-1).argsort();
  const sorted = (values: Tensor) => list(values.reshape(-1).index(order));
  return figureOf(
    "covariate-shift",
    [
      {
        xlabel: "x",
        ylabel: "y",
        xlim: [-1, 2],
        ylim: [-2, 4],
        series: [
          dots(source, "C0o", localize({ en: "source", zh: "源域" })),
          dots(target, "C1o", localize({ en: "target", zh: "目标域" })),
          { x: list(x), y: line(lines.plain), label: localize({ en: "unweighted", zh: "未加权" }), format: "k:" },
          { x: list(x), y: line(lines.weighted), label: localize({ en: "weighted", zh: "加权" }), format: "C3-" },
        ],
      },
      {
        xlabel: "x",
        ylabel: localize({ en: "weight p(x) / q(x)", zh: "权重 p(x) / q(x)" }),
        xlim: [-1, 2],
        series: [
          { x: list(x), y: list(logRatio(x).exp()), label: localize({ en: "exact", zh: "精确值" }), format: "k:" },
          { x: sorted(source.X), y: sorted(beta), label: localize({ en: "estimated", zh: "估计值" }), format: "C3-" },
        ],
      },
    ],
    {
      panelSize: [5, 3.2],
      caption: localize({
        en: "Covariate shift: a line for a curve, and the weights of its training samples",
        zh: "协变量偏移：用直线拟合曲线，以及训练样本的权重",
      }),
    },
  );
}

/** From the empirical risk to the risk that counts. */
export function riskTable(runs: readonly CovariateShift[]): Table {
  const of = (key: "empirical" | "plainOnSource" | "plain" | "weighted" | "informed") =>
    median(runs.map((run) => run[key]));
  return {
    caption: { en: "Risk of the line, medians", zh: "直线的风险（中位数）" },
    columns: [
      { en: "trained on, asked on", zh: "训练域，测试域" },
      { en: "risk", zh: "风险" },
    ],
    rows: [
      [{ en: "source, the same samples (empirical risk)", zh: "源域，同样的样本（经验风险）" }, of("empirical")],
      [{ en: "source, source", zh: "源域，源域" }, of("plainOnSource")],
      [{ en: "source, target", zh: "源域，目标域" }, of("plain")],
      [{ en: "weighted source, target", zh: "加权的源域，目标域" }, of("weighted")],
      [{ en: "target, target", zh: "目标域，目标域" }, of("informed")],
    ],
  };
}

/** How often the classes are, and what is thought of it without a label of the target. */
export function frequenciesTable({ counted, estimated }: LabelShift): Table {
  return {
    caption: {
      en: "Label shift: frequencies in the target (first seed)",
      zh: "标签偏移：目标域中的频率（第一个种子）",
    },
    columns: [
      { en: "class", zh: "类别" },
      { en: "source", zh: "源域" },
      { en: "target", zh: "目标域" },
      { en: "predictions counted", zh: "统计预测" },
      { en: "solved with C", zh: "用 C 求解" },
    ],
    rows: counted.map((share, k) => [k, frequencies.source[k]!, frequencies.target[k]!, share, estimated[k]!]),
  };
}

/** Errors over time: medians over the runs of means over pieces of so many steps. */
export function errorCurve(runs: readonly ConceptShift[], key: keyof ConceptShift, piece: number): number[] {
  const pieces = Math.floor(runs[0]![key].length / piece);
  return Array.from({ length: pieces }, (_, i) =>
    median(runs.map((run) => mean(run[key].slice(i * piece, (i + 1) * piece)))),
  );
}

/** The concept that turns round, and the patrols by what they follow. */
export function environmentFigure(
  errors: Record<keyof ConceptShift, readonly number[]>,
  piece: number,
  patrols: Readonly<Record<Rule, readonly (readonly number[])[]>>,
): PlotFigure {
  const time = errors.frozen.map((_, i) => (i + 0.5) * piece);
  const lines = (shares: readonly (readonly number[])[], label: string, format: string): Series[] =>
    shares.map((y, i) => ({ x: y.map((_, day) => day + 1), y, format, ...(i === 0 ? { label } : {}) }));
  const whole = [-0.03, 1.03] as const;
  return figureOf(
    "environment",
    [
      {
        xlabel: localize({ en: "step", zh: "步" }),
        ylabel: localize({ en: "error", zh: "错误率" }),
        ylim: whole,
        series: [
          { x: time, y: errors.frozen, label: localize({ en: "stays", zh: "不再更新" }), format: "m--" },
          { x: time, y: errors.online, label: localize({ en: "learns on", zh: "继续学习" }), format: "-" },
        ],
      },
      {
        xlabel: localize({ en: "day", zh: "天" }),
        ylabel: localize({ en: "share of patrols in district 1", zh: "街区 1 的巡逻比例" }),
        ylim: whole,
        series: [
          ...lines(patrols.squares, localize({ en: "squares of records", zh: "记录的平方" }), "m--"),
          ...lines(patrols.records, localize({ en: "records", zh: "记录" }), "g-."),
          ...lines(patrols.perPatrol, localize({ en: "records per patrol", zh: "每次巡逻的记录" }), "C0-"),
        ],
      },
    ],
    {
      panelSize: [4.2, 3.2],
      caption: localize({
        en: "Left: the concept turns round. Right: two districts with one crime rate, by what the patrols follow, a line for each seed",
        zh: "左：概念反转。右：两个犯罪率相同的街区，按巡逻所依据的量区分，每个种子一条线",
      }),
    },
  );
}

/** The book's taxonomy. */
export const waysOfLearning: Table = {
  caption: { en: "Ways of learning in an environment", zh: "在环境中学习的几种方式" },
  columns: [
    { en: "kind", zh: "方式" },
    { en: "what happens", zh: "过程" },
  ],
  rows: [
    [
      { en: "batch learning", zh: "批量学习" },
      { en: "train once on all data, then predict", zh: "用全部数据训练一次，然后预测" },
    ],
    [
      { en: "online learning", zh: "在线学习" },
      { en: "f_t, x_t, f_t(x_t), y_t, loss, f_(t+1)", zh: "f_t, x_t, f_t(x_t), y_t, 损失, f_(t+1)" },
    ],
    [
      { en: "bandits", zh: "老虎机" },
      { en: "few actions; only the chosen one's reward is seen", zh: "动作有限；只能看到所选动作的回报" },
    ],
    [
      { en: "control", zh: "控制" },
      { en: "the environment remembers what was done (PID)", zh: "环境会记住所做的事（PID）" },
    ],
    [
      { en: "reinforcement learning", zh: "强化学习" },
      { en: "the environment has a will of its own", zh: "环境有自己的意志" },
    ],
  ],
};
