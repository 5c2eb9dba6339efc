// The script of report.html: turns the static curves into ones that answer to the pointer and to the colour scheme.
import type { Tick } from "../drawing/scale.js";

/** What the page knows of one panel. */
export interface LivePanel {
  /** An ECharts option for a light ground, with the data. */
  readonly light: object;
  /** The same for a dark ground, without the data. */
  readonly dark: object;
  readonly x: LiveAxis;
  readonly y: LiveAxis;
}

/** What the page knows of an axis. */
export interface LiveAxis {
  readonly label: string;
  readonly log: boolean;
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
}

/** The little of ECharts that the page uses. */
interface Chart {
  setOption(option: object): void;
  resize(): void;
}

/**
 * Runs in the page, as the text of this function: it must not use anything from outside itself but the browser's own
 * and the global `echarts`.
 */
export function livePage(): void {
  const source = document.getElementById("torchlet-panels");
  const echarts = (
    globalThis as unknown as { echarts?: { init(element: Element, theme: null, options: object): Chart } }
  ).echarts;
  if (source === null || echarts === undefined) return;
  const panels = JSON.parse(source.textContent ?? "[]") as LivePanel[];
  const dark = matchMedia("(prefers-color-scheme: dark)");

  /** Positions run from 0 to 1; rounding what comes back removes the noise of the way there. */
  const valueAt = (position: number, axis: LiveAxis) => {
    const at = Number((axis.low + position * (axis.high - axis.low)).toPrecision(12));
    return axis.log ? 10 ** at : at;
  };
  const shown = (position: number, axis: LiveAxis) => {
    const value = valueAt(position, axis);
    const whole = Math.round(value);
    if (Math.abs(value - whole) <= 1e-9 * Math.abs(value) && Math.abs(value) < 1e9) return String(whole);
    return Math.abs(value) < 1e-3 || Math.abs(value) >= 1e6 ? value.toExponential(3) : value.toPrecision(4);
  };
  const formatter = (axis: LiveAxis) => (position: number) => {
    const away = (tick: Tick) => Math.abs((tick.at - axis.low) / (axis.high - axis.low) - position);
    const nearest = axis.ticks.reduce((best, tick) => (away(tick) < away(best) ? tick : best), axis.ticks[0]!);
    return nearest === undefined ? "" : nearest.label;
  };

  /** Built of elements, not of markup: names of lines come from outside. */
  const tooltip = (panel: LivePanel) => (points: { seriesName: string; color: string; value: number[] }[]) => {
    const box = document.createElement("div");
    const head = document.createElement("div");
    head.textContent = `${panel.x.label} ${points.length > 0 ? shown(points[0]!.value[0]!, panel.x) : ""}`.trim();
    box.append(head);
    for (const point of points) {
      const row = document.createElement("div");
      const dot = document.createElement("span");
      dot.style.cssText = "display:inline-block;width:.6em;height:.6em;border-radius:50%;margin-right:.5em";
      dot.style.background = point.color;
      const value = point.value[1];
      const text = typeof value === "number" && !Number.isNaN(value) ? shown(value, panel.y) : "–";
      row.append(dot, `${point.seriesName.startsWith("#") ? "" : `${point.seriesName}  `}${text}`);
      box.append(row);
    }
    return box;
  };

  const charts = panels.map((panel, index) => {
    const element = document.getElementById(`panel-${index}`);
    if (element === null) return undefined;
    element.replaceChildren();
    element.classList.remove("still");
    const chart = echarts.init(element, null, { renderer: "svg" });
    chart.setOption(panel.light);
    chart.setOption({
      tooltip: { trigger: "axis", confine: true, axisPointer: { type: "line" }, formatter: tooltip(panel) },
      xAxis: { axisLabel: { formatter: formatter(panel.x), hideOverlap: true } },
      yAxis: { axisLabel: { formatter: formatter(panel.y) } },
    });
    new ResizeObserver(() => chart.resize()).observe(element);
    return chart;
  });

  const paint = () => {
    charts.forEach((chart, index) => {
      chart?.setOption(dark.matches ? panels[index]!.dark : withoutData(panels[index]!.light));
      chart?.setOption({
        tooltip: {
          backgroundColor: dark.matches ? "#2a2e36" : "#ffffff",
          borderColor: dark.matches ? "#3d434e" : "#d5d9e0",
          textStyle: { color: dark.matches ? "#e4e7ec" : "#1c1f25", fontSize: 13 },
        },
      });
    });
  };
  const withoutData = (option: object) => {
    const series = (option as { series?: { data?: unknown }[] }).series ?? [];
    return { ...option, series: series.map(({ data: _, ...line }) => line) };
  };
  dark.addEventListener("change", paint);
  paint();
}
