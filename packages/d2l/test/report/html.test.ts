// The page of a run: complete in itself, safe against its own data, in the user's language.
import { runInNewContext } from "node:vm";
import { setLocale } from "torchlet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LivePanel, livePage } from "../../src/report/html/page-script.js";
import { pageStyle } from "../../src/report/html/sections.js";
import { reportHtml } from "../../src/report/html.js";
import { MemoryReport } from "../../src/report/memory-report.js";
import { hostile, losses, predictions, trainingCurve } from "./figures.js";

beforeEach(() => setLocale("en"));
afterEach(() => setLocale(null));

async function recorded(text?: string): Promise<MemoryReport> {
  const report = new MemoryReport();
  const both = (en: string, zh = en) => (text === undefined ? { en, zh } : { en: text, zh: text });
  const name = text ?? "trainLoss";
  report.start({
    experiment: text ?? "mlp",
    title: both("A perceptron", "感知机"),
    options: { [text ?? "batchSize"]: text ?? 256 },
  });
  report.warn(both("This is not Fashion-MNIST", "这不是 Fashion-MNIST"));
  report.text(both("Some words.", "几句话。"));
  report.metrics({ epoch: 1, [name]: 0.5 });
  report.metrics({ epoch: 2, [name]: 0.385 });
  const curve = trainingCurve();
  report.figure(
    text === undefined
      ? curve
      : {
          ...curve,
          caption: text,
          panels: [{ ...curve.panels[0]!, title: text, xlabel: text, series: [{ x: [1, 2], y: [1, 2], label: text }] }],
        },
  );
  report.figure({
    ...predictions,
    caption: text ?? "Predictions",
    pictures: predictions.pictures.map((one) => ({ ...one, title: text ?? one.title })),
  });
  report.figure(losses);
  report.table({ caption: both("Layers", "层"), columns: [both("name", "名称")], rows: [[text ?? "Linear"]] });
  report.check({
    claim: both("it learns", "它在学习"),
    expected: text ?? "yes",
    actual: text ?? "yes",
    ok: true,
    source: text,
  });
  report.check({ claim: both("it flies", "它会飞"), expected: both("yes", "会"), actual: "no", ok: false });
  await report.finish({
    experiment: "mlp",
    dataset: text ?? "garments",
    options: {},
    metrics: { [name]: 0.385 },
    history: [],
    checks: [],
    seconds: { train: 8.2 },
  });
  return report;
}

const chartScript = "globalThis.echarts = { init() { return null; } }; // </script><!--";
const options = { chartScript, time: new Date(2026, 0, 31, 14, 25, 30), files: ["curve.svg", "a b.json"] };

describe("the page", () => {
  it("has everything that was reported", async () => {
    const page = reportHtml(await recorded(), options);
    for (const part of [
      "A perceptron",
      "This is not Fashion-MNIST",
      "Some words.",
      "0.3850",
      "Layers",
      "✓ holds",
      "✗ fails",
      "batch size",
      "8.2 s",
      "History (2 records)",
      "Jan 31, 2026",
      'href="./a%20b.json"',
    ]) {
      expect(page).toContain(part);
    }
    expect(page.match(/<img src="data:image\/png;base64,/g)).toHaveLength(6);
    expect(page.match(/class="panel still"/g)).toHaveLength(4);
    expect(page).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
  });

  it("says it in Chinese to who reads Chinese", async () => {
    setLocale("zh");
    const page = reportHtml(await recorded(), options);
    for (const part of [
      '<html lang="zh-CN">',
      "感知机",
      "这不是 Fashion-MNIST",
      "训练损失",
      "成立",
      "批量大小",
      "2026年1月31日",
    ]) {
      expect(page).toContain(part);
    }
  });

  it("calls things what the run calls them", async () => {
    const report = new MemoryReport();
    const result = { experiment: "own", options: {}, metrics: { sharp: 1, trainLoss: 2 }, seconds: { warmUp: 3 } };
    report.start({
      experiment: "own",
      title: { en: "Own", zh: "自有" },
      options: { depth: 4, batchSize: 5 },
      labels: {
        sharp: { en: "sharpness", zh: "锐度" },
        depth: { en: "floors", zh: "楼层" },
        warmUp: { en: "before noon", zh: "上午" },
      },
    });
    await report.finish({ ...result, history: [], checks: [] });
    const page = reportHtml(report, options);
    for (const name of ["sharpness", "train loss", "floors", "batch size", "before noon"]) expect(page).toContain(name);
    setLocale("zh");
    for (const name of ["锐度", "训练损失", "楼层", "批量大小", "上午"])
      expect(reportHtml(report, options)).toContain(name);
  });

  it("fetches nothing", async () => {
    const page = reportHtml(await recorded(), options);
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
    expect(addresses.filter((address) => !/^(data:image\/png;base64,|\.\/)/.test(address))).toEqual([]);
    expect(/@import|url\((?!#)/.test(page)).toBe(false);
    expect(page).toContain(`content="default-src 'none'; img-src data:;`);
  });

  it("holds its data, whatever they are", async () => {
    const page = reportHtml(await recorded(hostile), options);
    // Three elements of our own: the data, ECharts, the page's script. Nothing else opens, closes or comments out one.
    expect(page.match(/<script/g)).toHaveLength(3);
    expect(page.match(/<\/script/gi)).toHaveLength(3);
    expect(page).not.toContain("<!--");
    expect(page).not.toContain("<img src=x");
    const [, json] = /<script type="application\/json" id="torchlet-panels">(.*?)<\/script>/s.exec(page)!;
    const [first] = JSON.parse(json!) as LivePanel[];
    expect(first!.x.label).toBe(hostile);
  });

  it("does without scripts, and says that a run was cut short", async () => {
    const report = await recorded();
    await report.finish({ ...report.result!, interrupted: true });
    const page = reportHtml(report);
    expect(page).not.toContain("<script");
    expect(page).toContain("stopped before its end");
  });
});

describe("the page's script", () => {
  /** As much of a browser as the script touches. */
  async function inBrowser(dark: boolean) {
    const page = reportHtml(await recorded(), options);
    const [, json] = /id="torchlet-panels">(.*?)<\/script>/s.exec(page)!;
    const charts: { options: Record<string, unknown>[] }[] = [];
    const change: (() => void)[] = [];
    const element = () => ({
      textContent: json,
      style: {},
      classList: { remove() {} },
      children: [] as unknown[],
      append(...more: unknown[]) {
        this.children.push(...more);
      },
      replaceChildren() {},
    });
    const scheme = { matches: dark, addEventListener: (_: string, listener: () => void) => change.push(listener) };
    const globals = {
      document: { getElementById: element, createElement: element },
      matchMedia: () => scheme,
      ResizeObserver: class {
        observe() {}
      },
      echarts: {
        init() {
          const chart = {
            options: [] as Record<string, unknown>[],
            setOption(option: Record<string, unknown>) {
              chart.options.push(option);
            },
            resize() {},
          };
          charts.push(chart);
          return chart;
        },
      },
    };
    // Its text alone, as the page has it: it may use nothing of this module.
    runInNewContext(`(${livePage.toString()})()`, globals);
    return { charts, scheme, change };
  }

  it("makes every panel a chart, with labels and values as they were", async () => {
    const { charts } = await inBrowser(false);
    expect(charts).toHaveLength(4);
    const [curve, loss] = charts;
    const set = curve!.options[1] as {
      xAxis: { axisLabel: { formatter(position: number): string } };
      tooltip: { formatter(points: unknown[]): { children: { textContent?: string; children: unknown[] }[] } };
    };
    expect(set.xAxis.axisLabel.formatter((6 - 1) / 9)).toBe("6");
    const box = set.tooltip.formatter([
      { seriesName: "train loss", color: "#000", value: [2 / 9, (0.52 - 0.3) / 0.6] },
    ]);
    expect(box.children[0]!.textContent).toBe("epoch 3");
    expect(box.children[1]!.children[1]).toBe("train loss  0.5200");
    const log = loss!.options[1] as { yAxis: { axisLabel: { formatter(position: number): string } } };
    expect(log.yAxis.axisLabel.formatter(0.2)).toBe("10⁻²");
  });

  it("follows the colour scheme, and loses no data by it", async () => {
    const { charts, scheme, change } = await inBrowser(true);
    const color = () => JSON.stringify(charts[0]!.options.at(-2));
    expect(color()).toContain("#5aa9e6");
    expect(color()).not.toContain('"data":[[');
    scheme.matches = false;
    for (const listener of change) listener();
    expect(color()).toContain("#1f77b4");
    expect(color()).not.toContain('"data":[[');
  });
});

it("draws panels no wider than a row of them has room for", () => {
  for (const columns of [1, 2, 3]) expect(columns * pageStyle({ columns }).width).toBeLessThan(1050);
});
