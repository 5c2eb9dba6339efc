// Figures as SVG text, without a DOM: in Node and in browsers alike.
import { LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TitleComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { colorBarSvg } from "./drawing/color-bar-svg.js";
import { estimateWidth } from "./drawing/font.js";
import { imageGridSvg } from "./drawing/image-grid.js";
import { marksSvg } from "./drawing/marks-svg.js";
import { type PlotStyle, plotOption, tickFormatter } from "./drawing/plot-option.js";
import type { Figure, Panel, PlotFigure } from "./figure.js";
import { printable } from "./text/escape.js";

echarts.use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

// Outside a browser ECharts guesses widths of text, too narrow ones for DejaVu Sans.
if (typeof document === "undefined") {
  echarts.setPlatformAPI({
    measureText: (text, font) => ({
      width: estimateWidth(text, Number.parseFloat(/([\d.]+)px/.exec(font ?? "")?.[1] ?? "12")),
    }),
  });
}

/**
 * Draws a figure as an SVG document in points (72 an inch), on white, in matplotlib's manner.
 *
 * @example
 * writeFileSync("curve.svg", figureToSvg(figure));
 */
export function figureToSvg(figure: Figure): string {
  return figure.kind === "plot" ? plotSvg(figure) : imageGridSvg(figure);
}

function plotSvg(figure: PlotFigure): string {
  const width = figure.figsize[0] * 72;
  const height = figure.figsize[1] * 72;
  const panelWidth = width / figure.columns;
  const panelHeight = height / figure.rows;
  const panels = figure.panels.slice(0, figure.rows * figure.columns).map((panel, index) => {
    const left = (index % figure.columns) * panelWidth;
    const top = Math.floor(index / figure.columns) * panelHeight;
    return `<g transform="translate(${left} ${top})">${panelContent(panel, { width: panelWidth, height: panelHeight })}</g>`;
  });
  return svgDocument(width, height, `<rect width="${width}" height="${height}" fill="#ffffff"/>`, panels);
}

/** One panel as an SVG element of its own, without a ground: for a page, which has light and dark ones. */
export function panelToSvg(panel: Panel, style: PlotStyle): string {
  return svgDocument(style.width, style.height, "", [panelContent(panel, style)]);
}

function svgDocument(width: number, height: number, ground: string, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}pt" height="${height}pt" viewBox="0 0 ${width} ${height}">`,
    ground,
    ...content,
    "</svg>\n",
  ].join("\n");
}

/** The contents of the panel's own `svg` element: nested ones, with text reaching out of them, make resvg 0.4x panic. */
function panelContent(panel: Panel, style: PlotStyle): string {
  const { width, height, scheme = "light", fontSize = 10 } = style;
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    const { option, x, y, box, ink } = plotOption(panel, style);
    chart.setOption({
      ...option,
      series: option.series.map((line) => ({
        ...line,
        data: line.data.map(([across, up]) => [near(across!), up === null ? null : near(up!)]),
      })),
      // A picture answers no pointer: no hover rules in its style sheet.
      legend: { ...option.legend, silent: true, selectedMode: false },
      xAxis: { ...option.xAxis, axisLabel: { ...option.xAxis.axisLabel, formatter: tickFormatter(x) } },
      yAxis: { ...option.yAxis, axisLabel: { ...option.yAxis.axisLabel, formatter: tickFormatter(y) } },
    });
    // ECharts escapes names, but lets through what XML cannot hold at all.
    const axes = printable(chart.renderToSVGString())
      .replace(/^<svg [^>]*>/, "")
      .replace(/<\/svg>\s*$/, "");
    const { below, above } = marksSvg(panel, { box, x, y, scheme, fontSize, text: ink.text });
    const bar = panel.colorbar === undefined ? "" : colorBarSvg(panel.colorbar, box, fontSize, ink, scheme);
    return below + axes + above + bar;
  } finally {
    chart.dispose();
  }
}

/** A position, held within 50 times the axes' length: a renderer's arithmetic has limits, and nobody sees the difference. */
const near = (position: number) => Math.max(-50, Math.min(51, position));
