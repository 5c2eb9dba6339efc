// A report as plain lines, for pipes and files: no cursor movements, no colours, one line a record.
import { type Localized, localize } from "torchlet";
import type { Figure } from "./figure.js";
import type { Check, Progress, Report, RunInfo, RunResult, Table } from "./report.js";
import { checkLines, tableLines, warningLines } from "./terminal/blocks.js";
import { Paint } from "./terminal/paint.js";
import type { TextStream } from "./terminal/stream.js";
import { headLines, metricsLine, resultLines } from "./terminal/summary.js";
import type { Labels } from "./text/labels.js";

/** Lines in a pipe are as long as they need to be; only frames and tables need a width. */
const columns = 100;
const unlimited = 10_000;

/** Writes what a run says as lines of text. */
export class PlainReport implements Report {
  readonly #stream: TextStream;
  readonly #paint = new Paint(1);
  #labels: Labels | undefined;

  constructor(stream: TextStream) {
    this.#stream = stream;
  }

  /** Writes lines of its own, for whoever runs the report. */
  print(lines: readonly string[]): void {
    if (lines.length > 0) this.#stream.write(`${lines.join("\n")}\n`);
  }

  start(run: RunInfo): void {
    this.#labels = run.labels;
    this.print(headLines(run, unlimited, this.#paint));
  }

  warn(text: Localized): void {
    this.print(warningLines(localize(text), columns, this.#paint));
  }

  text(text: Localized): void {
    this.print([localize(text)]);
  }

  /** Nothing: records of measurements say how far a run is. */
  progress(_progress: Progress): void {}

  metrics(record: Readonly<Record<string, number>>): void {
    this.print([metricsLine(record, this.#labels)]);
  }

  /** Pictures are told by their titles; curves are in the records already. */
  figure(figure: Figure): void {
    if (figure.kind === "plot") return;
    const titles = figure.pictures.flatMap(({ title }) => (title ? [title.split("\n").join(" / ")] : []));
    if (figure.caption) this.print([figure.caption]);
    this.print(titles.map((title) => `  ${title}`));
  }

  table(table: Table): void {
    if (table.detail) return;
    this.print(tableLines(table, unlimited, this.#paint));
  }

  check(check: Check): void {
    this.print(checkLines(check, unlimited, this.#paint));
  }

  attach(_name: string, _content: Uint8Array): void {}

  async finish(result: RunResult): Promise<void> {
    this.print(resultLines(result, unlimited, this.#paint, this.#labels));
  }

  /** There is nothing to restore. */
  close(): void {}
}

/** Says nothing but warnings. */
export class QuietReport extends PlainReport {
  override start(_run: RunInfo): void {}
  override text(_text: Localized): void {}
  override metrics(_record: Readonly<Record<string, number>>): void {}
  override figure(_figure: Figure): void {}
  override table(_table: Table): void {}
  override check(_check: Check): void {}
  override async finish(_result: RunResult): Promise<void> {}
}
