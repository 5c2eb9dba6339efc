// Writes a report to bench/results (JSON, Markdown, charts) and its tables into docs/performance.md and the READMEs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { charts } from "./charts.mjs";
import { toPng } from "./draw.mjs";
import { summaryTable } from "./summary.mjs";
import {
  bandwidthTable,
  browserTable,
  checksText,
  goalsTable,
  groupTable,
  lossesTable,
  machineList,
  sweepTables,
} from "./tables.mjs";

const folder = fileURLToPath(new URL("../results/", import.meta.url));
const documents = ["docs/performance.md", "docs/performance.zh-CN.md", "README.md", "README.zh-CN.md"].map((name) =>
  fileURLToPath(new URL(`../../${name}`, import.meta.url)),
);
export const resultsFile = `${folder}results.json`;

/** The parts of a report by name: what stands between the markers of a document. */
function parts(report) {
  return {
    machine: machineList(report),
    goals: goalsTable(report),
    checks: checksText(report),
    losses: lossesTable(report),
    steps: groupTable(report, "steps"),
    products: groupTable(report, "products"),
    elementwise: groupTable(report, "elementwise"),
    bandwidth: bandwidthTable(report),
    startup: groupTable(report, "startup"),
    epoch: groupTable(report, "epoch"),
    memory: groupTable(report, "memory"),
    sweep: sweepTables(report),
    browser: browserTable(report),
    summary: summaryTable(report, "en"),
    summaryZh: summaryTable(report, "zh"),
  };
}

/** `text` with each part between its markers, `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`. */
export function fill(text, byName) {
  return text.replace(/<!-- bench:(\w+) -->[\s\S]*?<!-- \/bench:\1 -->/g, (_, name) => {
    if (!(name in byName)) throw new Error(`no part ${name} in a report`);
    return `<!-- bench:${name} -->\n\n${byName[name] ?? "Not measured in this run."}\n\n<!-- /bench:${name} -->`;
  });
}

/** Results as one page. */
function page(byName, names) {
  const section = (title, name) => (byName[name] === null ? [] : [`## ${title}`, byName[name]]);
  return `${[
    "# Results",
    "Written by `npm run bench -- --save`; [docs/performance.md](../../docs/performance.md) explains what the numbers mean.",
    byName.machine,
    byName.checks,
    ...section("Goals", "goals"),
    ...section("Where others are faster", "losses"),
    ...section("Training steps", "steps"),
    ...section("An epoch", "epoch"),
    ...section("Matrix products", "products"),
    ...section("A million elements", "elementwise"),
    ...section("Bandwidth", "bandwidth"),
    ...section("Start", "startup"),
    ...section("Memory", "memory"),
    ...section("Width and batch: percent of the machine's peak", "sweep"),
    ...section("In a browser", "browser"),
    ...(names.length > 0 ? ["## Charts", ...names.map((name) => `![${name}](${name}.svg)`)] : []),
  ].join("\n\n")}\n`;
}

/** A report as JSON, its samples on one line for each implementation. */
export const toJson = (report) =>
  `${JSON.stringify(report, null, 1).replace(/\[\n[\d.eE+,\s-]+\]/g, (numbers) => numbers.replace(/\s+/g, ""))}\n`;

/** Writes everything that is made of a report; `json` as well unless it came from there. */
export function save(report, { json = true } = {}) {
  mkdirSync(folder, { recursive: true });
  if (json) writeFileSync(resultsFile, toJson(report));
  const drawn = charts(report);
  for (const [name, svg] of drawn) {
    writeFileSync(`${folder}${name}.svg`, svg);
    writeFileSync(`${folder}${name}.png`, toPng(svg));
  }
  const byName = parts(report);
  writeFileSync(
    `${folder}results.md`,
    page(
      byName,
      drawn.map(([name]) => name),
    ),
  );
  for (const document of documents.filter(existsSync)) {
    writeFileSync(document, fill(readFileSync(document, "utf8"), byName));
  }
  console.log(`written: ${folder}`);
}
