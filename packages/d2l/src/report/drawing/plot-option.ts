// One panel of a plot as an ECharts option, in matplotlib's manner. Plain JSON, so that a page can carry it as well.
import type { Panel } from "../figure.js";
import { colorBarWidth } from "./color-bar-svg.js";
import { estimateWidth, fontFamily } from "./font.js";
import { legendPlace } from "./legend-place.js";
import { colorOf, type Dash, parseLineFormats, type Scheme } from "./line-format.js";
import { hasField, namedMarks, outlineOf } from "./mark-extent.js";
import { type Axis, axesOf, measured, type Tick, unitOf, unitPosition } from "./scale.js";

/** Colours that are not of the data. */
export interface Ink {
  readonly text: string;
  readonly axis: string;
  readonly grid: string;
  readonly box: string;
}

const inks: Readonly<Record<Scheme, Ink>> = {
  light: { text: "#222222", axis: "#333333", grid: "#d9d9d9", box: "rgba(255,255,255,0.85)" },
  dark: { text: "#d8dbe0", axis: "#8b919b", grid: "#363b44", box: "rgba(28,31,37,0.85)" },
};

const dashPatterns: Readonly<Record<Dash, "solid" | number[]>> = {
  "-": "solid",
  "--": [5.5, 2.4],
  "-.": [9.6, 2.4, 1.5, 2.4],
  ":": [1.5, 2.5],
  "": "solid",
};

/** How a panel is to be drawn. */
export interface PlotStyle {
  /** The panel's size in points. */
  readonly width: number;
  readonly height: number;
  readonly scheme?: Scheme;
  /** Points of the labels; matplotlib's 10 in a small figure. */
  readonly fontSize?: number;
  /** `"inside"` in the emptiest place, `"above"` the axes (where a click on a name hides its line). */
  readonly legend?: "inside" | "above";
}

/** How many rows entries take that are laid out one after the other. */
function rowsOf(widths: readonly number[], available: number): number {
  let rows = 1;
  let used = 0;
  for (const width of widths) {
    if (used > 0 && used + width > available - 10) {
      rows++;
      used = 0;
    }
    used += width;
  }
  return rows;
}

/**
 * The ECharts option of one panel, and its axes. Every axis runs from 0 to 1 and every series is a line of
 * `[x, y]` between them, whatever its numbers are (ECharts fails at ranges such as 1e-300). What a tick says is in the
 * axes, since a function has no place in JSON: `tickFormatter` makes one.
 */
export function plotOption(given: Panel, style: PlotStyle) {
  const panel = { ...given, series: [...given.series, ...namedMarks(given)] };
  const { width, height, scheme = "light", fontSize = 10 } = style;
  // Marks fill their axes: there is no empty place for a box.
  const legend = namedMarks(given).length > 0 ? "above" : (style.legend ?? "inside");
  const ink = inks[scheme];
  const formats = parseLineFormats(panel.series.map(({ format }) => format));
  const lines = panel.series.map(measured);
  const named = panel.series.some(({ label }) => label);
  const titleHeight = panel.title ? fontSize * 1.2 + 8 : 0;
  const textWidth = (text: string) => estimateWidth(text, fontSize);
  const labels = panel.series.flatMap(({ label }) => (label ? [label] : []));
  const legendAbove =
    named && legend === "above"
      ? (fontSize + 10) *
          rowsOf(
            labels.map((label) => textWidth(label) + 36),
            width,
          ) +
        6
      : 0;

  const frame = panel.frame !== false;
  const grid = frame && !hasField(panel);
  const top = 8 + titleHeight + legendAbove;
  const bottom = (panel.xlabel ? fontSize + 6 : 0) + fontSize + 12;
  // The bar's numbers depend on its height, and so does their width.
  const barWidth = panel.colorbar === undefined ? 10 : colorBarWidth(panel.colorbar, height - top - bottom, fontSize);
  const margins = { top, bottom, right: 4 + barWidth };
  // How wide the numbers at the y axis are is known once they are: until then, some 50 points are set aside.
  const { x, y } = axesOf(panel, {
    across: width - 50 - margins.right,
    up: height - margins.top - margins.bottom,
    textWidth,
    textHeight: fontSize * (legend === "above" ? 3 : 2.2),
  });
  const tickWidth = Math.max(0, ...y.ticks.map(({ label }) => textWidth(label)));
  const left = tickWidth + 10 + (panel.ylabel ? fontSize + 8 : 0) + 2;

  const axis = (of: Axis, label: string | undefined, nameGap: number) => ({
    type: "value" as const,
    min: 0,
    max: 1,
    name: label ?? "",
    nameLocation: "middle" as const,
    nameGap,
    nameMoveOverlap: false,
    nameTextStyle: { color: ink.text, fontSize },
    // The frame of the grid is the axes' line.
    axisLine: { show: false, onZero: false },
    axisTick: {
      show: frame,
      length: 3.5,
      lineStyle: { color: ink.axis, width: 0.8 },
      customValues: of.ticks.map((tick) => unitOf(tick.at, of)),
    },
    axisLabel: { color: ink.text, fontSize, margin: 6, customValues: of.ticks.map((tick) => unitOf(tick.at, of)) },
    splitLine: {
      show: grid,
      showMinLine: !isAt(of, of.ticks[0], 0),
      showMaxLine: !isAt(of, of.ticks.at(-1), 1),
      lineStyle: { color: ink.grid, width: 0.8 },
    },
    animation: false,
  });

  // Inside the axes there is no room for more; a page shows names in full.
  const longest = legend === "inside" ? 40 : Number.POSITIVE_INFINITY;
  const nameOf = (label: string) => (label.length > longest ? `${label.slice(0, longest - 1)}…` : label);
  const names = panel.series.map(({ label }, index) => (label ? nameOf(label) : `#${index + 1}`));
  const legendWidth = Math.max(...names.map((name) => textWidth(name)), 0) + 36;
  const legendHeight = names.length * (fontSize + 5) + 6;
  const plotWidth = Math.max(1, width - left - margins.right);
  const plotHeight = Math.max(1, height - margins.top - margins.bottom);
  const covered = [...lines, ...(panel.marks ?? []).flatMap(outlineOf)];
  const place = legendPlace(
    covered,
    x,
    y,
    Math.min(1, legendWidth / plotWidth),
    Math.min(1, legendHeight / plotHeight),
  );
  const legendBox =
    legend === "above"
      ? { top: titleHeight + 2, left: "center" as const, orient: "horizontal" as const, itemGap: 14 }
      : {
          orient: "vertical" as const,
          itemGap: 5,
          padding: 4,
          backgroundColor: ink.box,
          borderColor: ink.grid,
          borderWidth: 0.8,
          borderRadius: 2,
          ...(place.horizontal === "right"
            ? { right: margins.right + 4 }
            : { left: left + (place.horizontal === "left" ? 4 : (plotWidth - legendWidth) / 2) }),
          ...(place.vertical === "bottom"
            ? { bottom: margins.bottom + 4 }
            : { top: margins.top + (place.vertical === "top" ? 4 : (plotHeight - legendHeight) / 2) }),
        };

  const option = {
    animation: false,
    backgroundColor: "transparent",
    textStyle: { fontFamily, fontSize, color: ink.text },
    title: panel.title
      ? {
          text: panel.title,
          top: 4,
          // A page has its own width, which is not known here.
          ...(legend === "above"
            ? { left: "center" as const }
            : { left: left + plotWidth / 2, textAlign: "center" as const }),
          textStyle: { fontFamily, fontSize: fontSize * 1.2, fontWeight: "normal" as const, color: ink.text },
        }
      : { show: false },
    legend: {
      show: named,
      ...legendBox,
      itemWidth: 20,
      itemHeight: 8,
      // A line's entry is the line alone, a scatter's its dot.
      data: panel.series.flatMap(({ label }, index) =>
        label ? [{ name: names[index]!, itemStyle: { opacity: formats[index]!.points ? 1 : 0 } }] : [],
      ),
      textStyle: { color: ink.text, fontFamily, fontSize },
      inactiveColor: ink.grid,
    },
    grid: {
      left,
      right: margins.right,
      top: margins.top,
      bottom: margins.bottom,
      outerBoundsMode: "none" as const,
      show: frame,
      borderColor: ink.axis,
      borderWidth: 0.8,
      backgroundColor: "transparent",
    },
    xAxis: axis(x, panel.xlabel, fontSize + 9),
    yAxis: axis(y, panel.ylabel, tickWidth + 12),
    series: lines.map((line, index) => {
      const { color, dash, points } = formats[index]!;
      const data: (number | null)[][] = [];
      for (let i = 0; i < line.x.length; i++) {
        const across = unitPosition(line.x[i]!, x);
        const up = unitPosition(line.y[i]!, y);
        // What a log axis has no place for is dropped; NaN and infinity break the line.
        if (Number.isFinite(across) && Number.isFinite(up)) data.push([across, up]);
        else if (!(y.scale === "log" && line.y[i]! <= 0)) data.push([across, null]);
      }
      return {
        type: "line" as const,
        name: names[index]!,
        data,
        // A single point makes no line: it would be invisible without a mark.
        showSymbol: points || data.length === 1,
        symbol: points || data.length === 1 ? "circle" : "none",
        symbolSize: 4,
        color: colorOf(color, scheme),
        lineStyle: {
          width: dash === "" ? 0 : fontSize * 0.15,
          type: dashPatterns[dash],
          color: colorOf(color, scheme),
        },
        itemStyle: { color: colorOf(color, scheme), borderWidth: 0 },
        clip: true,
        silent: true,
        connectNulls: false,
        animation: false,
      };
    }),
  };
  return { option, x, y, box: { left, top: margins.top, width: plotWidth, height: plotHeight }, ink };
}

/** Whether a tick lies on the frame, where no grid line is needed. */
function isAt(axis: Axis, tick: Tick | undefined, end: 0 | 1): boolean {
  return tick !== undefined && Math.abs(unitOf(tick.at, axis) - end) < 1e-9;
}

/** Turns positions of ticks (from 0 to 1) back into what they say. */
export function tickFormatter(axis: Axis): (position: number) => string {
  return (position) => {
    const away = (tick: Tick) => Math.abs(unitOf(tick.at, axis) - position);
    return (
      axis.ticks.reduce((nearest, tick) => (away(tick) < away(nearest) ? tick : nearest), axis.ticks[0]!)?.label ?? ""
    );
  };
}
