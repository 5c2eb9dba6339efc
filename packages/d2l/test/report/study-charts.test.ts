// Charts of a study: what they show, as data; and that every renderer draws it.
import { setLocale } from "torchlet";
import { afterEach, describe, expect, it } from "vitest";
import type { Dots, Field, Lines, PlotFigure, Rectangles, Texts } from "../../src/report/figure.js";
import { reportHtml } from "../../src/report/html.js";
import { MemoryReport } from "../../src/report/memory-report.js";
import { svgToPng } from "../../src/report/png.js";
import {
  bestTable,
  contourChart,
  distributionChart,
  historyChart,
  importanceChart,
  learningCurvesChart,
  parallelChart,
  paretoChart,
  type StudyRecords,
  sliceChart,
  studyCharts,
  timelineChart,
  trialTable,
} from "../../src/report/study/index.js";
import { fieldSize, smoothField } from "../../src/report/study/smooth-field.js";
import { valueBar, valueLimits } from "../../src/report/study/value-limits.js";
import { figureToSvg } from "../../src/report/svg.js";
import { chartLines } from "../../src/report/terminal/chart.js";
import { Paint } from "../../src/report/terminal/paint.js";
import { exampleFront, exampleStudy } from "./study-records.js";

afterEach(() => setLocale(null));

const study = exampleStudy();
const complete = study.trials.filter(({ state }) => state === "complete");
const empty: StudyRecords = { trials: [], directions: ["minimize"] };
const marks = <K extends string>({ panels }: PlotFigure, kind: K, panel = 0) =>
  (panels[panel]!.marks ?? []).filter((mark) => mark.kind === kind) as unknown as { kind: K }[];

describe("history", () => {
  const [points, pruned, best] = historyChart(study).panels[0]!.series;

  it("shows complete trials at their values, and pruned ones at their last report", () => {
    expect(points!.x).toEqual(complete.map(({ number }) => number));
    expect(points!.y).toEqual(complete.map(({ values }) => values![0]));
    const gone = study.trials.filter(({ state }) => state === "pruned");
    expect(gone.length).toBeGreaterThan(3);
    expect(pruned!.y).toEqual(gone.map(({ intermediate }) => intermediate.get(2)));
  });

  it("has a line that only gets better, and ends at the best value", () => {
    const values = best!.y as number[];
    expect(values.every((value, i) => i === 0 || value >= values[i - 1]!)).toBe(true);
    expect(values.at(-1)).toBe(Math.max(...complete.map(({ values }) => values![0]!)));
    expect(best!.x.at(-1)).toBe(39);
  });

  it("goes down where small is good", () => {
    const down = historyChart({ ...study, directions: ["minimize"] }).panels[0]!.series.at(-1)!;
    expect((down.y as number[]).at(-1)).toBe(Math.min(...complete.map(({ values }) => values![0]!)));
  });
});

it("leaves a diverged trial outside of an axis, and only then", () => {
  expect(valueLimits([0.8, 0.81, 0.82, 0.83, 0.1], "maximize")).toEqual([
    expect.closeTo(0.83 - 6 * 0.02 - 0.006, 10),
    expect.closeTo(0.836, 10),
  ]);
  expect(valueLimits([1, 2, 3], "minimize")).toEqual([0.9, 3.1]);
  expect(valueLimits([2], "minimize")).toBeUndefined();
  expect(valueLimits([2, 2, 2], "minimize")).toBeUndefined();
  expect(valueBar([Number.NaN], "minimize", "loss").limits).toEqual([0, 1]);
  expect(valueBar([1, 2, 3, 4, 1000], "minimize", "loss").limits[1]).toBeLessThan(1000);
});

describe("slices", () => {
  const figure = sliceChart(study);
  const panel = (label: string) => figure.panels.find(({ xlabel }) => xlabel === label)!;

  it("has a panel a parameter, on its own scale, with all values within the limits", () => {
    expect(figure.panels.map(({ xlabel }) => xlabel)).toEqual([
      "learning rate",
      "width",
      "dropout",
      "activation",
      "optimizer",
      "momentum",
    ]);
    expect(panel("learning rate").xscale).toBe("log");
    expect(panel("dropout").xscale).toBe("linear");
    const dots = panel("learning rate").marks![0] as Dots;
    expect(dots.x).toEqual(complete.map(({ params }) => params["lr"]));
    expect(dots.values).toEqual(complete.map(({ number }) => number));
    const [low, high] = panel("learning rate").xlim!;
    expect([low < 1e-3, high > 1, low > 5e-4, high < 2]).toEqual([true, true, true, true]);
  });

  it("gives every choice a place and its name", () => {
    expect(panel("activation").xticks).toEqual([
      { at: 0, label: "relu" },
      { at: 1, label: "tanh" },
      { at: 2, label: "sigmoid" },
    ]);
  });

  it("leaves out trials without a conditional parameter", () => {
    const dots = panel("momentum").marks![0] as Dots;
    expect(dots.x).toHaveLength(complete.filter(({ params }) => "momentum" in params).length);
  });
});

describe("contours", () => {
  it("are of the most important numbers, three pairs of them, on their scales", () => {
    const figure = contourChart(study);
    expect(figure.panels.map(({ xlabel, ylabel }) => [xlabel, ylabel])).toEqual([
      ["learning rate", "width"],
      ["learning rate", "dropout"],
      ["width", "dropout"],
    ]);
    const field = figure.panels[0]!.marks![0] as Field;
    expect([field.columns, field.rows, figure.panels[0]!.yscale]).toEqual([fieldSize, fieldSize, "log"]);
    const { limits } = figure.panels[0]!.colorbar!;
    for (const value of field.values as Float64Array) {
      if (!Number.isNaN(value)) expect(value >= limits[0] - 1e-12 && value <= limits[1] + 1e-12).toBe(true);
    }
  });

  it("lie between what is known, and say nothing where nothing is", () => {
    const flat = smoothField([0.2, 0.3], [0.2, 0.2], [7, 7]);
    expect(flat[Math.floor(0.2 * fieldSize) * fieldSize + Math.floor(0.2 * fieldSize)]).toBeCloseTo(7, 12);
    const near = smoothField([0.1, 0.9, 0.1, 0.9, 0.5].concat(Array(95).fill(0.1)), Array(100).fill(0.1), [
      ...Array(100).fill(1),
    ]);
    expect(near[fieldSize * fieldSize - 1]).toBeNaN();
    const slope = smoothField([0, 0.5, 1], [0.5, 0.5, 0.5], [0, 1, 2]);
    const row = Array.from(slope.subarray((fieldSize / 2) * fieldSize, (fieldSize / 2 + 1) * fieldSize));
    expect(row.every((value, i) => i === 0 || value > row[i - 1]!)).toBe(true);
  });
});

it("draws a line a trial through value and parameters, the best one last, with a gap where there is no value", () => {
  const figure = parallelChart(study);
  const [lines] = marks(figure, "lines") as Lines[];
  expect((marks(figure, "texts") as Texts[])[1]!.texts).toEqual([
    "validation accuracy",
    "learning rate",
    "width",
    "dropout",
    "activation",
    "optimizer",
    "momentum",
  ]);
  expect(lines!.lines).toHaveLength(complete.length);
  expect(lines!.values!.at(-1)).toBe(Math.max(...lines!.values!));
  for (const line of lines!.lines) {
    expect(line.y.slice(0, 6).every((at) => at >= 0 && at <= 1)).toBe(true);
  }
  expect(lines!.lines.filter(({ y }) => Number.isNaN(y[6])).length).toBe(
    complete.filter(({ params }) => params["optimizer"] === "adam").length,
  );
});

it("draws importance as bars, the largest on top", () => {
  const figure = importanceChart(study.importance!);
  const [bars] = marks(figure, "rectangles") as Rectangles[];
  expect(bars!.x.map(([, to]) => to)).toEqual([0.03, 0.05, 0.09, 0.12, 0.71]);
  expect(figure.panels[0]!.yticks!.at(-1)).toEqual({ at: 4, label: "learning rate" });
  expect((marks(figure, "texts") as Texts[])[0]!.texts.at(-1)).toBe("0.71");
});

it("draws learning curves, with a ring where a trial was pruned", () => {
  const figure = learningCurvesChart(study);
  const [lines] = marks(figure, "lines") as Lines[];
  const [rings] = marks(figure, "dots") as Dots[];
  const reported = study.trials.filter(({ intermediate }) => intermediate.size > 0);
  expect(lines!.lines).toHaveLength(reported.length);
  expect(rings!.x).toEqual(study.trials.filter(({ state }) => state === "pruned").map(() => 2));
});

it("draws the distribution as steps from 0 to 1", () => {
  const { x, y } = distributionChart([{ study }]).panels[0]!.series[0]!;
  expect(y[0]).toBe(0);
  expect(y.at(-1)).toBe(1);
  const sorted = complete.map(({ values }) => values![0]!).sort((a, b) => a - b);
  expect(x[0]).toBe(sorted[0]);
  // Half of the trials are at most as good as the median.
  const middle = y.findIndex((share) => share! >= 0.5);
  expect(x[middle]).toBe(sorted[Math.ceil(sorted.length / 2) - 1]);
});

it("finds the Pareto front", () => {
  const front = exampleFront();
  const [dominated, best] = marks(paretoChart(front), "dots") as Dots[];
  expect(dominated!.x.length + best!.x.length).toBe(front.trials.length);
  best!.x.forEach((x, i) => {
    const beaten = front.trials.some(({ values }) => values![0]! < x && values![1]! < best!.y[i]!);
    expect(beaten).toBe(false);
  });
  dominated!.x.forEach((x, i) => {
    expect(best!.x.some((other, j) => other <= x && best!.y[j]! <= dominated!.y[i]!)).toBe(true);
  });
});

it("draws when trials ran: a row a worker, colours for how they ended", () => {
  const figure = timelineChart(study);
  const bars = marks(figure, "rectangles") as Rectangles[];
  expect(figure.panels[0]!.yticks!.map(({ label }) => label)).toEqual(["worker 1", "worker 2"]);
  expect(bars.map(({ label }) => label)).toEqual(["complete", "pruned", "failed", "running"]);
  expect(bars.reduce((sum, { x }) => sum + x.length, 0)).toBe(40);
  expect(bars[0]!.x[0]![0]).toBe(0);
  // 4.6 s, less a sliver between neighbours.
  expect(bars[0]!.x[0]![1]).toBeGreaterThan(4.4);
  expect(bars[0]!.x[0]![1]).toBeLessThan(4.6);
});

it("makes tables: all trials in order, and the best ones first", () => {
  const all = trialTable(study);
  expect(all.rows).toHaveLength(40);
  expect(all.rows[6]!.slice(0, 3)).toEqual([6, "failed", ""]);
  expect(all.rows.find((row) => row[1] === "pruned")![2]).toMatch(/^\(0\.\d{4}\)$/);
  const best = bestTable(study, 3);
  expect(best.rows).toHaveLength(3);
  const top = complete.reduce((a, b) => (b.values![0]! > a.values![0]! ? b : a));
  expect(best.rows[0]![0]).toBe(top.number);
});

describe("all charts", () => {
  const figures = [...studyCharts(study), paretoChart(exampleFront())] as PlotFigure[];

  it("are those that have something to show", () => {
    expect(figures.map(({ id }) => id)).toEqual([
      "history",
      "importance",
      "slice",
      "contour",
      "parallel",
      "learning-curves",
      "distribution",
      "timeline",
      "pareto",
    ]);
    expect(studyCharts(empty).map(({ id }) => id)).toEqual(["history"]);
    expect(studyCharts(exampleFront()).map(({ id }) => id)).toEqual([
      "pareto",
      "history",
      "learning-curves",
      "timeline",
    ]);
  });

  it.each(figures.map((figure) => [figure.id, figure] as const))(
    "%s is drawn in SVG, PNG and a terminal",
    (_, figure) => {
      const svg = figureToSvg(figure);
      expect(svg).not.toMatch(/NaN|Infinity|undefined/);
      expect(svgToPng(svg, 0.5).length).toBeGreaterThan(500);
      for (const depth of [1, 8, 24] as const) {
        const lines = chartLines(figure, 90, 14 * figure.rows, new Paint(depth));
        expect(lines.length).toBeGreaterThan(5);
        expect(lines.join("\n")).not.toMatch(/NaN|undefined/);
      }
    },
  );

  it.each([0, 1, 2, 3])("can be drawn of %i trials", (count) => {
    const few = { ...study, trials: study.trials.slice(0, count) };
    for (const figure of studyCharts(few)) expect(figureToSvg(figure)).not.toMatch(/NaN|Infinity|undefined/);
    expect(trialTable(few).rows).toHaveLength(count);
  });

  it("stand on a page for light and for dark, and in Chinese", () => {
    setLocale("zh");
    const report = new MemoryReport();
    for (const figure of studyCharts(study)) report.figure(figure);
    const html = reportHtml(report, { chartScript: "" });
    expect(html).toContain("超参数重要性");
    expect(html).toContain("学习率");
    // Of nine kinds of panels, history and distribution are live; all others are there twice.
    expect(html.match(/class="panel marks"/g)).toHaveLength(1 + 6 + 3 + 1 + 1 + 1);
    expect(html.match(/class="panel still"/g)).toHaveLength(2);
    expect(html.match(/<div class="dark">/g)).toHaveLength(13);
    expect(html.replace(/<script>[\s\S]*/, "")).not.toMatch(/NaN|Infinity/);
  });
});
