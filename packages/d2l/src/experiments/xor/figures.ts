// What XOR looks like: a perceptron in circles, the notes' two steps, losses from many starts, regions of the two classes.
import * as torch from "torchlet";
import { localize, type nn, type Tensor } from "torchlet";
import type { Dots, Panel } from "../../report/figure.js";
import type { Report } from "../../report/report.js";
import { decisionRegions, figureOf } from "../../visualize/index.js";
import { lineOf } from "../perceptron/learning.js";
import { type Plane, toBits, toSigns } from "../perceptron/train.js";
import type { Activation } from "./learning.js";
import { sameSign } from "./threshold.js";

/** Points, and the class of each. */
export interface Labelled {
  readonly X: Tensor;
  readonly y: Tensor;
}

/** XOR, and the perceptron running in circles: lines that it visits, and the share of the points that each is right on. */
export function drawCircles(
  report: Report,
  { X, y }: Labelled,
  visited: readonly Plane[],
  shares: readonly number[],
): void {
  const [samples, labels] = [X.tolist() as number[][], y.tolist() as number[]];
  const dots = [0, 1].map((label): Dots => {
    const own = samples.filter((_, i) => labels[i] === label);
    const [x1, x2] = [0, 1].map((axis) => own.map((point) => point[axis]!)) as [number[], number[]];
    return { kind: "dots", x: x1, y: x2, size: 2, color: `C${label}`, label: label === 1 ? "+" : "-" };
  });
  const lines = visited.slice(-40).map((plane) => lineOf(plane, 1));
  const first = shares.slice(0, 500);
  const panels: Panel[] = [
    {
      title: localize({ en: `its last ${lines.length} lines`, zh: `最后 ${lines.length} 条直线` }),
      ...{ xlabel: "x", ylabel: "y", xlim: [-1, 1], ylim: [-1, 1], series: [] },
      marks: [...dots, { kind: "lines", lines, color: "k", width: 0.7 }],
    },
    {
      title: localize({ en: `its first ${first.length} updates`, zh: `最初 ${first.length} 次更新` }),
      xlabel: localize({ en: "update", zh: "更新" }),
      ylabel: localize({ en: "accuracy", zh: "精度" }),
      ylim: [0, 1],
      series: [{ x: first.map((_, i) => i + 1), y: first, format: "C0-" }],
    },
  ];
  const caption = {
    en: "The perceptron on XOR runs in circles, and its accuracy goes nowhere",
    zh: "感知机在 XOR 上原地打转，精度毫无进展",
  };
  report.figure(figureOf("circles", panels, { columns: 2, panelSize: [3.4, 2.7], caption: localize(caption) }));
}

/** The notes' four points: 1 and 4 in the quadrants where x and y have the same sign, 2 and 3 in the others. */
export const corners = () =>
  torch
    .tensor([
      [1, 1],
      [-1, 1],
      [1, -1],
      [-1, -1],
    ])
    .to(torch.float32);

/** `+-+-` */
export const signs = (values: Tensor) => (values.tolist() as number[]).map((v) => (v > 0 ? "+" : "-")).join("");

/** Half-planes or more, in the colours of the two classes, with the notes' four points by number. */
function stepPanel(title: string, score: (X: Tensor) => Tensor): Panel {
  const points = corners();
  const labels = toBits(score(points));
  const limits = { xlim: [-1.6, 1.6], ylim: [-1.6, 1.6], xlabel: "x", ylabel: "y" } as const;
  const panel = decisionRegions(score, { points, labels, names: ["-", "+"], title, ...limits });
  const [x, y] = [0, 1].map((axis) => points.select(1, axis).tolist() as number[]) as [number[], number[]];
  const texts = [...signs(toSigns(labels))].map((sign, i) => `${i + 1}: ${sign}`);
  return { ...panel, marks: [...panel.marks!, { kind: "texts", x, y, texts, above: 12 }] };
}

/** The notes' table and picture: the sign of x, the sign of y, and the product of both. */
export function drawSteps(report: Report, steps: readonly ((P: Tensor) => Tensor)[]): void {
  const names = [
    { en: "sign of x", zh: "x 的符号" },
    { en: "sign of y", zh: "y 的符号" },
    { en: "product", zh: "乘积" },
  ];
  report.table({
    caption: { en: "XOR in two steps", zh: "分两步解决 XOR" },
    columns: [{ en: "", zh: "" }, ...[1, 2, 3, 4].map((n) => ({ en: `point ${n}`, zh: `点 ${n}` }))],
    rows: steps.map((step, i) => [names[i]!, ...signs(step(corners()))]),
  });
  const caption = {
    en: "XOR in two steps: two lines, and then the product of their answers",
    zh: "分两步解决 XOR：先用两条直线，再取其结果的乘积",
  };
  const panels = steps.map((step, i) => {
    const number = i < 2 ? 1 : 2;
    const { en, zh } = names[i]!;
    return stepPanel(localize({ en: `step ${number}: ${en}`, zh: `第 ${number} 步：${zh}` }), step);
  });
  report.figure(figureOf("two-steps", panels, { panelSize: [2.8, 2.8], caption: localize(caption) }));
}

/** How the loss of one start fell. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly solved: boolean;
}

/** The losses from all starts with two hidden units, a panel for each activation. */
export function drawStarts(report: Report, narrow: Readonly<Record<Activation, readonly Curve[]>>): void {
  const panels = Object.entries(narrow).map(([name, curves]): Panel => {
    const [solved, stuck] = [true, false].map((wanted) => curves.filter((curve) => curve.solved === wanted));
    return {
      title: localize({ en: `2 hidden units, ${name}`, zh: `2 个隐藏单元，${name}` }),
      xlabel: localize({ en: "step", zh: "步" }),
      ylabel: "loss",
      yscale: "log",
      series: [],
      marks: [
        { kind: "lines", lines: solved!, color: "C0", label: localize({ en: "solved", zh: "学会" }) },
        { kind: "lines", lines: stuck!, color: "C3", label: localize({ en: "stuck", zh: "未学会" }) },
      ],
    };
  });
  const caption = {
    en: "With two hidden units many starts get stuck on a plateau",
    zh: "只有两个隐藏单元时，许多起点会停在平台上",
  };
  report.figure(figureOf("starts", panels, { panelSize: [3, 2.5], caption: localize(caption) }));
}

/** What the panels of regions show, with the share of fresh points that each is right on. */
export interface Regions extends Labelled {
  readonly line: readonly [score: (P: Tensor) => Tensor, accuracy: number];
  readonly net: readonly [net: nn.Module, accuracy: number];
  readonly four: Labelled & { readonly net: nn.Module };
  readonly hidden: number;
  readonly activation: string;
}

/** The regions of the best line, of the network set by hand, and of learned ones. */
export function drawRegions(report: Report, { X, y, line, net, four, hidden, activation }: Regions): void {
  const shown = { xlim: [-1, 1], ylim: [-1, 1], names: ["-", "+"], xlabel: "x", ylabel: "y" } as const;
  const points = { points: X.narrow(0, 0, 120), labels: y.narrow(0, 0, 120) };
  const title = (en: string, zh: string, accuracy: number) =>
    localize({ en: `${en}: ${accuracy.toFixed(2)}`, zh: `${zh}：${accuracy.toFixed(2)}` });
  const panels = [
    decisionRegions(line[0], { ...shown, ...points, title: title("best line", "最好的直线", line[1]) }),
    decisionRegions(sameSign, { ...shown, ...points, title: title("by hand", "手工设定", 1) }),
    decisionRegions(net[0], { ...shown, ...points, title: title("learned", "学得", net[1]) }),
    decisionRegions(four.net, {
      ...{ points: four.X, labels: four.y, names: ["0", "1"], xlim: [-0.5, 1.5], ylim: [-0.5, 1.5] },
      title: localize({ en: "learned from 4 points", zh: "从 4 个点学得" }),
    }),
  ];
  const caption = {
    en: `Regions of the two classes, and the share of fresh points that is right; learned with ${hidden} hidden units, ${activation}`,
    zh: `两类的区域，以及新点中分类正确的比例；学习所用网络含 ${hidden} 个隐藏单元，激活函数为 ${activation}`,
  };
  report.figure(figureOf("regions", panels, { panelSize: [3.4, 2.7], columns: 2, caption: localize(caption) }));
}
