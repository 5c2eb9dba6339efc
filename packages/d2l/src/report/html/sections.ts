// The parts of report.html: each takes data and gives markup.
import { localize } from "torchlet";
import { pictureDataUri } from "../drawing/picture-png.js";
import type { PlotStyle } from "../drawing/plot-option.js";
import type { ImageFigure, Panel, PlotFigure } from "../figure.js";
import type { Check, Table } from "../report.js";
import { figureToSvg, panelToSvg } from "../svg.js";
import { escapeMarkup } from "../text/escape.js";
import { type Labels, labelOf, valueLabel } from "../text/labels.js";
import { formatDuration, formatNumber } from "../text/numbers.js";
import { valueText, wordingOf } from "../text/wording.js";

type Numbers = Readonly<Record<string, number>>;

/** A heading with what belongs to it. */
export function card(title: string, content: string): string {
  return `<section class="card">${title === "" ? "" : `<h2>${escapeMarkup(title)}</h2>`}${content}</section>`;
}

/** The last measurements, large. */
export function metricCards(metrics: Numbers, labels?: Labels): string {
  const items = Object.entries(metrics).map(
    ([name, value]) =>
      `<div><dt>${escapeMarkup(labelOf(name, labels))}</dt><dd>${escapeMarkup(formatNumber(value))}</dd></div>`,
  );
  return items.length === 0 ? "" : `<dl class="numbers">${items.join("")}</dl>`;
}

/** How panels are drawn on a page: about as wide as they will stand there, so that their text keeps its size. */
export function pageStyle(figure: { readonly columns: number }): PlotStyle {
  const width = figure.columns <= 1 ? 900 : figure.columns === 2 ? 460 : 330;
  return { width, height: figure.columns <= 1 ? 400 : 270, fontSize: 12, legend: "above" };
}

/**
 * Panels as pictures. Those of lines alone are replaced by live ones once the page's script runs; without scripts they stay. Those with
 * marks are drawn for a light and for a dark page, and what they show has titles.
 */
export function plotSection(figure: PlotFigure, firstLive: number): string {
  let live = firstLive;
  const panels = figure.panels.map((panel) => {
    const label = [panel.title, panel.ylabel, panel.xlabel, ...panel.series.map((series) => series.label)];
    const name = escapeMarkup(label.filter((part) => part).join(", "));
    if (!isLivePanel(panel)) {
      const style = pageStyle(figure);
      const light = panelToSvg(panel, style);
      const dark = panelToSvg(panel, { ...style, scheme: "dark" });
      return `<div class="panel marks" role="img" aria-label="${name}"><div class="light">${light}</div><div class="dark">${dark}</div></div>`;
    }
    const alone: PlotFigure = { ...figure, rows: 1, columns: 1, figsize: [6, 3.75], panels: [panel] };
    return `<div class="panel still" id="panel-${live++}" role="img" aria-label="${name}">${figureToSvg(alone)}</div>`;
  });
  const many = figure.panels.length > 1 ? "many" : "one";
  return card(
    figure.caption ?? "",
    `<div class="panels ${many}" style="--columns:${Math.max(1, figure.columns)}">${panels.join("")}</div>`,
  );
}

/** Whether a panel holds lines alone, which ECharts draws in the page. */
export function isLivePanel({ marks = [], colorbar, frame }: Panel): boolean {
  return marks.length === 0 && colorbar === undefined && frame !== false;
}

/** Pictures with their titles above. */
export function imageSection(figure: ImageFigure): string {
  const pictures = figure.pictures.map((picture) => {
    const title = picture.title ? `<figcaption>${escapeMarkup(picture.title)}</figcaption>` : "";
    const alternative = escapeMarkup((picture.title ?? "").replaceAll("\n", " / "));
    const source = pictureDataUri(picture, figure.colormap);
    return `<figure>${title}<img src="${source}" width="${picture.width}" height="${picture.height}" alt="${alternative}"></figure>`;
  });
  return card(
    figure.caption ?? "",
    `<div class="pictures" style="--columns:${Math.max(1, figure.columns)}">${pictures.join("")}</div>`,
  );
}

/** A table as it was reported. */
export function tableSection(table: Table): string {
  const numeric = table.columns.map((_, column) => table.rows.every((row) => typeof row[column] === "number"));
  const shownRows = table.rows.map((row) => row.map(valueText));
  return card(
    table.caption === undefined ? "" : localize(table.caption),
    grid(table.columns.map(localize), shownRows, numeric),
  );
}

/** Claims and whether they held. */
export function checkSection(checks: readonly Check[]): string {
  return checks.length === 0 ? "" : card(localize({ en: "Checks", zh: "检验" }), checkTable(checks));
}

/** A row a claim: whether it holds, the sentence with its source, both values. */
export function checkTable(checks: readonly Check[]): string {
  const head = [
    "",
    localize({ en: "claim", zh: "论断" }),
    localize({ en: "expected", zh: "预期" }),
    localize({ en: "measured", zh: "实测" }),
  ];
  const rows = checks.map((check) => {
    const verdict = check.ok
      ? `<span class="good">✓ ${localize({ en: "holds", zh: "成立" })}</span>`
      : `<span class="bad">✗ ${localize({ en: "fails", zh: "不成立" })}</span>`;
    const origin = [...(check.items ?? []), ...(check.source === undefined ? [] : [wordingOf(check.source)])].join(
      localize({ en: ", ", zh: "，" }),
    );
    const source = origin === "" ? "" : ` <span class="source">${escapeMarkup(origin)}</span>`;
    const cells = [
      verdict,
      escapeMarkup(localize(check.claim)) + source,
      escapeMarkup(wordingOf(check.expected)),
      escapeMarkup(valueText(check.actual)),
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const headings = head.map((name) => `<th scope="col">${escapeMarkup(name)}</th>`).join("");
  return `<div class="scroll"><table><thead><tr>${headings}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

/** Options with their values, and durations: two columns. */
export function settingsSection(options: Readonly<Record<string, unknown>>, labels?: Labels): string {
  const rows = Object.entries(options).map(([name, value]) => [labelOf(name, labels), valueLabel(value)]);
  return rows.length === 0 ? "" : card(localize({ en: "Settings", zh: "设置" }), pairs(rows));
}

/** How long each part took. */
export function timeSection(seconds: Numbers, labels?: Labels): string {
  const rows = Object.entries(seconds).map(([name, value]) => [labelOf(name, labels), formatDuration(value)]);
  return rows.length === 0 ? "" : card(localize({ en: "Time", zh: "用时" }), pairs(rows));
}

/** Every record; a long list is folded up. */
export function historySection(history: readonly Numbers[], labels?: Labels): string {
  if (history.length === 0) return "";
  const names = [...new Set(history.flatMap((record) => Object.keys(record)))];
  const rows = history.map((record) => names.map((name) => (name in record ? formatNumber(record[name]!) : "")));
  const table = grid(
    names.map((name) => labelOf(name, labels)),
    rows,
    names.map(() => true),
  );
  const title = localize({ en: `History (${history.length} records)`, zh: `历史记录（${history.length} 条）` });
  const open = history.length <= 20 ? " open" : "";
  return card("", `<details${open}><summary>${escapeMarkup(title)}</summary>${table}</details>`);
}

/** The files beside the page. */
export function fileSection(files: readonly string[]): string {
  if (files.length === 0) return "";
  const items = files.map((name) => `<li><a href="./${encodeURIComponent(name)}">${escapeMarkup(name)}</a></li>`);
  return card(localize({ en: "Files of this run", zh: "本次运行的文件" }), `<ul class="files">${items.join("")}</ul>`);
}

function grid(head: readonly string[], rows: readonly (readonly string[])[], numeric: readonly boolean[]): string {
  const kind = (column: number) => (numeric[column] ? ' class="number"' : "");
  const headings = head.map((name, column) => `<th scope="col"${kind(column)}>${escapeMarkup(name)}</th>`).join("");
  const body = rows.map(
    (row) => `<tr>${row.map((cell, column) => `<td${kind(column)}>${escapeMarkup(cell)}</td>`).join("")}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${headings}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

function pairs(rows: readonly (readonly string[])[]): string {
  const body = rows.map(
    ([name, value]) => `<tr><th scope="row">${escapeMarkup(name!)}</th><td>${escapeMarkup(value!)}</td></tr>`,
  );
  return `<div class="scroll"><table><tbody>${body.join("")}</tbody></table></div>`;
}
