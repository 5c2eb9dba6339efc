// A report as a folder: report.html, the figures as SVG and PNG, metrics.jsonl, attachments, result.json. Node only.
import { appendFileSync, closeSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Localized } from "torchlet";
import type { Figure } from "./figure.js";
import { writeFileWhole } from "./files/atomic-file.js";
import { makeRunFolder, safeName } from "./files/run-folder.js";
import { reportHtml } from "./html.js";
import { resultJson } from "./json-report.js";
import { MemoryReport } from "./memory-report.js";
import { svgToPng } from "./png.js";
import type { Check, Progress, Report, RunInfo, RunResult, Table } from "./report.js";
import { unwritable } from "./report-error.js";
import { figureToSvg } from "./svg.js";

/** ECharts for the page's curves, as its package brings it. */
function chartScript(): string {
  return readFileSync(createRequire(import.meta.url).resolve("echarts/dist/echarts.common.min.js"), "utf8");
}

/**
 * Writes a run into a folder of its own, `BASE/<time>-<experiment>`.
 *
 * `metrics.jsonl` grows by a line with every record, so that a crash keeps what was measured; attachments are written when
 * they come; everything else when the run finishes. No file is ever half there.
 */
export class FileReport implements Report {
  readonly #base: string;
  readonly #time: Date;
  readonly #memory = new MemoryReport({ keepProgress: false });
  readonly #attachments: string[] = [];
  #folder: string | undefined;
  #metricsFile: number | undefined;
  #records = 0;

  /**
   * @param base the folder that the run's folder is made in; it is made if it is missing
   * @param time what the run's folder is named after
   */
  constructor(base: string, time = new Date()) {
    this.#base = base;
    this.#time = time;
  }

  /** The run's folder, once it has started. */
  get folder(): string | undefined {
    return this.#folder;
  }

  /** @throws {ReportError} where the folder cannot be made or the disk is full */
  start(run: RunInfo): void {
    this.#memory.start(run);
    this.#folder = makeRunFolder(this.#base, run.experiment, this.#time);
    const path = join(this.#folder, "metrics.jsonl");
    try {
      this.#metricsFile = openSync(path, "a");
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  warn(text: Localized): void {
    this.#memory.warn(text);
  }

  text(text: Localized): void {
    this.#memory.text(text);
  }

  progress(_progress: Progress): void {}

  metrics(record: Readonly<Record<string, number>>): void {
    this.#memory.metrics(record);
    if (this.#metricsFile === undefined) return;
    try {
      appendFileSync(this.#metricsFile, `${JSON.stringify(record)}\n`);
      this.#records++;
    } catch (error) {
      throw unwritable(join(this.#folder!, "metrics.jsonl"), error);
    }
  }

  figure(figure: Figure): void {
    this.#memory.figure(figure);
  }

  table(table: Table): void {
    this.#memory.table(table);
  }

  check(check: Check): void {
    this.#memory.check(check);
  }

  attach(name: string, content: Uint8Array): void {
    const file = safeName(name);
    this.#write(file, content);
    if (!this.#attachments.includes(file)) this.#attachments.push(file);
  }

  async finish(result: RunResult): Promise<void> {
    await this.#memory.finish(result);
    this.#closeMetrics();
    this.#write("result.json", resultJson(result));
    const files = [...this.#attachments, "metrics.jsonl", "result.json"];
    const drawn = this.#drawFigures();
    for (const [name, svg] of drawn) {
      this.#write(`${name}.svg`, svg);
      files.push(`${name}.svg`, `${name}.png`);
    }
    this.#write("report.html", reportHtml(this.#memory, { chartScript: chartScript(), time: this.#time, files }));
    // Last, being the only part that is native code: should it fail, all else is safe.
    for (const [name, svg] of drawn) this.#write(`${name}.png`, svgToPng(svg));
  }

  /** SVG by file name, every name its own. */
  #drawFigures(): Map<string, string> {
    const drawn = new Map<string, string>();
    for (const figure of this.#memory.figures.values()) {
      let name = safeName(figure.id);
      while (drawn.has(name)) name += "-2";
      drawn.set(name, figureToSvg(figure));
    }
    return drawn;
  }

  /** Ends a run that failed: what was measured stays; a folder in which nothing was written yet goes away again. */
  abandon(): void {
    this.#closeMetrics();
    if (this.#folder === undefined || this.#records > 0) return;
    try {
      if (readdirSync(this.#folder).every((name) => name === "metrics.jsonl")) {
        rmSync(this.#folder, { recursive: true });
        this.#folder = undefined;
      }
    } catch {
      // It was to be tidied up, no more: the run's own error is what counts.
    }
  }

  #closeMetrics(): void {
    if (this.#metricsFile !== undefined) closeSync(this.#metricsFile);
    this.#metricsFile = undefined;
  }

  #write(name: string, content: string | Uint8Array): void {
    if (this.#folder !== undefined) writeFileWhole(join(this.#folder, name), content);
  }
}
