// The index of a whole chapter: its contents, then every experiment under its heading, every claim with what was measured.
import { localize } from "torchlet";
import { headings } from "../experiments/chapter/headings.js";
import type { Experiment } from "../experiments/experiment.js";
import { pageHtml, pageLanguage } from "../report/html/page.js";
import { card, checkTable } from "../report/html/sections.js";
import type { RunResult } from "../report/report.js";
import { escapeMarkup } from "../report/text/escape.js";
import { datasetLabel } from "../report/text/labels.js";
import { formatDuration } from "../report/text/numbers.js";

/** One experiment's part in the chapter. */
export interface BookEntry {
  readonly experiment: Experiment;
  readonly result?: RunResult;
  /** Why there is no result. */
  readonly error?: string;
  /** The address of its own report, seen from the index. */
  readonly page: string | undefined;
}

/** What the index tells beside its entries. */
export interface BookOptions {
  readonly time: Date;
  readonly quick: boolean;
}

const bookStyle = `
h2.chapter { margin: 2rem 0 .8rem; font-size: 1.25rem; }
h3 { margin: 0 0 .25rem; font-size: 1.1rem; }
.card > .facts { margin-bottom: .8rem; }
table.contents th { color: var(--text); white-space: normal; padding-top: .8rem; }
`;

/** The page, in the language in use. */
export function bookHtml(entries: readonly BookEntry[], { time, quick }: BookOptions): string {
  const title = localize({ en: "Multilayer perceptrons, checked", zh: "多层感知机：逐条检验" });
  const checks = entries.flatMap(({ result }) => result?.checks ?? []);
  const held = checks.filter(({ ok }) => ok).length;
  const seconds = entries.reduce((sum, { result }) => sum + total(result), 0);
  const facts = [
    localize({ en: `${held} of ${checks.length} claims hold`, zh: `${checks.length} 条论断中 ${held} 条成立` }),
    localize({ en: `${entries.length} experiments`, zh: `${entries.length} 个实验` }),
    formatDuration(seconds),
    ...(quick ? [localize({ en: "quick run: small settings", zh: "快速运行：较小的设置" })] : []),
    time.toLocaleString(pageLanguage(), { dateStyle: "medium", timeStyle: "medium" }),
  ];
  const chapters = headings.flatMap(({ id, title }) => {
    const own = entries.filter(({ experiment }) => experiment.section === id);
    const number = id.startsWith("book") ? "" : `${id} `;
    return own.length === 0 ? [] : [{ name: escapeMarkup(number + localize(title)), own }];
  });
  const sections = chapters.flatMap(({ name, own }) => [`<h2 class="chapter">${name}</h2>`, ...own.map(entrySection)]);
  return pageHtml({ title, facts, body: [contents(chapters), ...sections].join("\n"), style: bookStyle });
}

/** Every experiment with how many of its claims hold; the name leads to its place on the page. */
function contents(chapters: readonly { readonly name: string; readonly own: readonly BookEntry[] }[]): string {
  const rows = chapters.flatMap(({ name, own }) => [
    `<tr><th colspan="2" scope="rowgroup">${name}</th></tr>`,
    ...own.map((entry) => {
      const { id, title } = entry.experiment;
      const link = `<a href="#${escapeMarkup(id)}">${escapeMarkup(localize(title))}</a>`;
      return `<tr><td>${link}</td><td>${outcome(entry)}</td></tr>`;
    }),
  ]);
  const title = localize({ en: "Contents", zh: "目录" });
  return card(title, `<table class="contents"><tbody>${rows.join("")}</tbody></table>`);
}

/** How an experiment ended, marked as good or bad. */
function outcome({ result, error }: BookEntry): string {
  if (error !== undefined) return `<span class="bad">✗ ${localize({ en: "failed", zh: "出错" })}</span>`;
  if (result === undefined) return localize({ en: "stopped", zh: "已停止" });
  const all = result.checks.length;
  const held = result.checks.filter(({ ok }) => ok).length;
  const text = localize({ en: `${held} of ${all}`, zh: `${all} 条中 ${held} 条` });
  return held === all ? `<span class="good">✓ ${text}</span>` : `<span class="bad">✗ ${text}</span>`;
}

function total(result: RunResult | undefined): number {
  return Object.values(result?.seconds ?? {}).reduce((sum, value) => sum + value, 0);
}

function entrySection({ experiment, result, error, page }: BookEntry): string {
  const name = escapeMarkup(localize(experiment.title));
  const heading = page === undefined ? name : `<a href="./${escapeMarkup(page)}">${name}</a>`;
  const facts = [experiment.id, ...(result?.dataset === undefined ? [] : [datasetLabel(result.dataset)])];
  const time = result === undefined ? [] : [formatDuration(total(result))];
  const parts = [
    `<h3 id="${escapeMarkup(experiment.id)}">${heading}</h3>`,
    `<p class="facts">${[...facts, ...time].map((fact) => `<span>${escapeMarkup(fact)}</span>`).join("")}</p>`,
    `<p>${escapeMarkup(localize(experiment.explain.shows))}</p>`,
    error === undefined ? "" : `<div class="warning" role="alert">${escapeMarkup(error)}</div>`,
    result === undefined || result.checks.length === 0 ? "" : checkTable(result.checks),
  ];
  return card("", parts.join("\n"));
}
