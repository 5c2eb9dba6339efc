// Labelings of points in the plane, and the bound on the gap, drawn.
import { localize } from "torchlet";
import type { Panel } from "../../report/figure.js";
import type { Report } from "../../report/report.js";
import { figureOf } from "../../visualize/index.js";
import type { Measured } from "./bound.js";
import { labelings, type Point, separate } from "./separability.js";

/** Every labeling of three points, each with its line. */
export function shattering(report: Report, points: readonly Point[]): void {
  const panels = labelings(points.length).map((labels) => labelingPanel(points, labels));
  const caption = localize({
    en: "All 8 labelings of three points (filled: +, hollow: −), each with a line that realizes it",
    zh: "三个点的全部 8 种标记（实心为 +，空心为 −），各有一条直线实现",
  });
  report.figure(figureOf("shattering", panels, { columns: 4, panelSize: [2.4, 2], caption }));
}

/** Labelings that no line realizes. */
export function withoutLine(
  report: Report,
  points: readonly Point[],
  impossible: readonly (readonly number[])[],
): void {
  const panels = impossible.map((labels) => labelingPanel(points, labels));
  const caption = localize({
    en: "The two labelings of a square that no line realizes: the point × lies between two points of either class",
    zh: "正方形四角中没有直线能实现的两种标记：点 × 同时位于两类各两点之间",
  });
  report.figure(figureOf("xor", panels, { panelSize: [2.2, 2.2], caption }));
}

/** The bound and the gap against the number of samples. */
export function boundFigure(report: Report, measured: readonly Measured[]): void {
  const x = measured.map(({ n }) => n);
  report.figure({
    kind: "plot",
    id: "bound",
    caption: localize({
      en: "Bound from the VC dimension, and the gap that is measured",
      zh: "VC 维给出的界与实测差距",
    }),
    figsize: [4.5, 3],
    rows: 1,
    columns: 1,
    panels: [
      {
        xlabel: localize({ en: "training samples", zh: "训练样本数" }),
        ylabel: localize({ en: "test error - training error", zh: "测试误差 - 训练误差" }),
        xscale: "log",
        yscale: "log",
        series: [
          {
            x,
            y: measured.map(({ bound }) => bound),
            label: localize({ en: "bound, VC = 3, δ = 0.05", zh: "理论界，VC = 3，δ = 0.05" }),
            format: "m--",
          },
          {
            x,
            y: measured.map(({ gap }) => gap),
            label: localize({ en: "measured, 95th percentile", zh: "实测，95 % 分位数" }),
            format: "-",
          },
        ],
      },
    ],
  });
}

/** One labeling of points in the plane, with the line that realizes it, or the point that makes it impossible. */
export function labelingPanel(points: readonly Point[], labels: readonly number[]): Panel {
  const answer = separate(points, labels);
  const of = (label: number) => points.filter((_, i) => labels[i] === label);
  const dots = (label: number, color: string) => ({
    kind: "dots" as const,
    x: of(label).map((p) => p[0]!),
    y: of(label).map((p) => p[1]!),
    size: 5,
    color,
    hollow: label < 0,
  });
  const [low, high] = [Math.min(...points.flat()) - 1.5, Math.max(...points.flat()) + 1.5];
  const title = labels.map((label) => (label > 0 ? "+" : "−")).join(" ");
  const panel = { title, xlim: [low, high], ylim: [low, high], xticks: [], yticks: [] } as const;
  const marks = [dots(1, "C0"), dots(-1, "C1")];
  if (!answer.separable) {
    const [x, y] = answer.common;
    return {
      ...panel,
      title: localize({ en: `${title}: no line`, zh: `${title}：无直线` }),
      series: [],
      marks: [...marks, { kind: "texts", x: [x!], y: [y!], texts: ["×"] }],
    };
  }
  const [w1, w2] = answer.w;
  // All labels alike: the plane is all one side, and any line that passes them by will do.
  if (w1 === 0 && w2 === 0) return { ...panel, series: [], marks };
  // The line w1 x + w2 y + b = 0: its point nearest to 0, and a long way in both directions.
  const norm = w1! ** 2 + w2! ** 2;
  const [px, py] = [(-answer.b * w1!) / norm, (-answer.b * w2!) / norm];
  const far = 3 * (high - low);
  const step = far / Math.sqrt(norm);
  const ends = [-step, step];
  return {
    ...panel,
    series: [{ x: ends.map((t) => px - t * w2!), y: ends.map((t) => py + t * w1!), format: "k-" }],
    marks,
  };
}
