// A run as one HTML page that needs nothing but itself: no server, no network. Runs in Node and in browsers.
import { localize } from "torchlet";
import { type PlotStyle, plotOption } from "./drawing/plot-option.js";
import type { Axis } from "./drawing/scale.js";
import type { Panel } from "./figure.js";
import { pageHtml, pageLanguage } from "./html/page.js";
import { type LiveAxis, type LivePanel, livePage } from "./html/page-script.js";
import {
  checkSection,
  fileSection,
  historySection,
  imageSection,
  isLivePanel,
  metricCards,
  pageStyle,
  plotSection,
  settingsSection,
  tableSection,
  timeSection,
} from "./html/sections.js";
import type { MemoryReport } from "./memory-report.js";
import { escapeMarkup, jsonForScript, scriptForElement } from "./text/escape.js";
import { datasetLabel, labelOf } from "./text/labels.js";

/** What the page needs beside the run. */
export interface HtmlOptions {
  /** ECharts as a classic script (`echarts/dist/echarts.common.min.js`); without it the curves are still pictures. */
  readonly chartScript?: string;
  /** When the run began. */
  readonly time?: Date;
  /** Names of files beside the page. */
  readonly files?: readonly string[];
}

/** The page, in the language in use. */
export function reportHtml(report: MemoryReport, options: HtmlOptions = {}): string {
  const { run, result } = report;
  const title = run === undefined ? "torchlet" : localize(run.title);
  const panels: LivePanel[] = [];
  const body = report.entries.map((entry) => {
    if (entry.kind === "text") return paragraph(localize(entry.text));
    if (entry.kind === "table") return tableSection(entry.table);
    if (entry.figure.kind === "images") return imageSection(entry.figure);
    const section = plotSection(entry.figure, panels.length);
    const { figure } = entry;
    panels.push(...figure.panels.filter(isLivePanel).map((panel) => livePanel(panel, pageStyle(figure))));
    return section;
  });
  const facts = [
    run?.experiment,
    result?.dataset === undefined
      ? undefined
      : `${labelOf("dataset")}${localize({ en: ": ", zh: "：" })}${datasetLabel(result.dataset)}`,
    options.time?.toLocaleString(pageLanguage(), { dateStyle: "medium", timeStyle: "medium" }),
  ].filter((fact) => fact !== undefined);
  const warnings = report.warnings.map(localize);
  if (result?.interrupted) {
    warnings.push(
      localize({
        en: "This run was stopped before its end; the page shows what was measured until then.",
        zh: "本次运行在结束前被停止；本页显示的是到那时为止测得的结果。",
      }),
    );
  }
  const labels = run?.labels;
  const parts = [
    ...warnings.map((text) => `<div class="warning" role="alert">${escapeMarkup(text)}</div>`),
    metricCards(result?.metrics ?? {}, labels),
    ...body,
    checkSection(report.checks),
    `<div class="beside">${settingsSection(run?.options ?? {}, labels)}${timeSection(result?.seconds ?? {}, labels)}</div>`,
    historySection(report.history, labels),
    fileSection(options.files ?? []),
  ];
  const { chartScript } = options;
  return pageHtml({
    title,
    facts,
    body: parts.join("\n"),
    ...(panels.length > 0 && chartScript !== undefined ? { scripts: scripts(panels, chartScript) } : {}),
  });
}

/** What has several lines, such as a printed tensor, keeps its lines and columns. */
function paragraph(text: string): string {
  return text.includes("\n") ? `<pre>${escapeMarkup(text)}</pre>` : `<p>${escapeMarkup(text)}</p>`;
}

function scripts(panels: readonly LivePanel[], chartScript: string): string {
  return `<script type="application/json" id="torchlet-panels">${jsonForScript(panels)}</script>
<script>${scriptForElement(chartScript)}</script>
<script>(${scriptForElement(livePage.toString())})();</script>`;
}

function livePanel(panel: Panel, style: PlotStyle): LivePanel {
  const light = plotOption(panel, style);
  const dark = plotOption(panel, { ...style, scheme: "dark" }).option;
  const live = (axis: Axis, label: string | undefined): LiveAxis => ({
    label: label ?? "",
    log: axis.scale === "log",
    low: axis.low,
    high: axis.high,
    ticks: axis.ticks,
  });
  return {
    // Lines answer to the pointer here; in a picture they do not.
    light: { ...light.option, series: light.option.series.map((line) => ({ ...line, silent: false })) },
    dark: { ...dark, series: dark.series.map(({ data: _, ...line }) => ({ ...line, silent: false })) },
    x: live(light.x, panel.xlabel),
    y: live(light.y, panel.ylabel),
  };
}
