// Reports and renderers that run anywhere: in Node and in browsers.
export { CompositeReport } from "./composite-report.js";
export type {
  ColorBar,
  Colormap,
  Dots,
  Field,
  Figure,
  ImageFigure,
  Lines,
  Mark,
  NamedTick,
  Panel,
  Picture,
  PlotFigure,
  Rectangles,
  Scale,
  Series,
  Texts,
} from "./figure.js";
export { type HtmlOptions, reportHtml } from "./html.js";
export { type Entry, MemoryReport } from "./memory-report.js";
export type { Check, Progress, Report, RunInfo, RunResult, Table } from "./report.js";
export * from "./study/index.js";
export { figureToSvg } from "./svg.js";
export type { Labels } from "./text/labels.js";
export type { Wording } from "./text/wording.js";
