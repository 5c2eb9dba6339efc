// A report in a terminal: a progress bar and a growing chart in place, pictures in colour, everything else above.
import { type Localized, localize } from "torchlet";
import type { Figure, PlotFigure } from "./figure.js";
import { PlainReport } from "./plain-report.js";
import type { Check, Progress, Report, RunInfo, RunResult, Table } from "./report.js";
import { checkLines, tableLines, warningLines } from "./terminal/blocks.js";
import { chartLines } from "./terminal/chart.js";
import { wrap } from "./terminal/display-width.js";
import { LiveRegion } from "./terminal/live-region.js";
import { type ColorDepth, Paint } from "./terminal/paint.js";
import { pictureLines } from "./terminal/pictures.js";
import { progressLine } from "./terminal/progress-line.js";
import { colorDepthOf, isLive, type TextStream } from "./terminal/stream.js";
import { headLines, metricsLine, resultLines } from "./terminal/summary.js";
import type { Labels } from "./text/labels.js";

/** A chart wider than this is harder to read, not easier. */
const widestChart = 100;

/** The report that suits a stream: live in a terminal, plain lines elsewhere. */
export function reportFor(stream: TextStream): TerminalReport | PlainReport {
  return isLive(stream) ? new TerminalReport(stream) : new PlainReport(stream);
}

/**
 * Shows a run in a terminal.
 *
 * A plot lives at the bottom, above the progress bar, while the run goes on; when it is over (or another plot begins)
 * it is printed once more and stays.
 */
export class TerminalReport implements Report {
  readonly #region: LiveRegion;
  readonly #paint: Paint;
  #plot: PlotFigure | undefined;
  #labels: Labels | undefined;
  #progress: Progress | undefined;
  /** A record that is printed unless a curve turns up that shows it. */
  #unshown: Readonly<Record<string, number>> | undefined;
  #blankBefore = false;

  constructor(stream: TextStream, options: { readonly colorDepth?: ColorDepth; readonly now?: () => number } = {}) {
    this.#paint = new Paint(options.colorDepth ?? colorDepthOf(stream));
    this.#region = new LiveRegion(stream, (columns, rows) => this.#frame(columns, rows), options.now);
  }

  /** Writes lines of its own, for whoever runs the report. */
  print(lines: readonly string[]): void {
    if (lines.length > 0) this.#region.print(lines);
    this.#blankBefore = false;
  }

  start(run: RunInfo): void {
    this.#labels = run.labels;
    this.print(headLines(run, this.#region.columns, this.#paint));
  }

  warn(text: Localized): void {
    this.print(warningLines(localize(text), this.#region.columns, this.#paint));
  }

  text(text: Localized): void {
    this.#settle();
    this.print(wrap(localize(text), this.#region.columns));
  }

  progress(progress: Progress): void {
    this.#progress = progress;
    this.#region.schedule();
  }

  metrics(record: Readonly<Record<string, number>>): void {
    this.#showRecord();
    // A curve that grows says it better.
    if (this.#plot === undefined) this.#unshown = record;
  }

  figure(figure: Figure): void {
    if (figure.kind === "plot") {
      if (figure.detail) return;
      if (this.#plot !== undefined && this.#plot.id !== figure.id) this.#settle(true);
      this.#plot = figure;
      this.#unshown = undefined;
      this.#region.schedule();
      return;
    }
    // Pictures come when training is over, also where it was stopped halfway.
    this.#settle(true);
    const caption = figure.caption ? [this.#paint.style("bold", figure.caption)] : [];
    this.#block([...caption, ...pictureLines(figure, this.#region.columns, this.#paint)]);
  }

  table(table: Table): void {
    if (table.detail) return;
    this.#settle();
    this.#block(tableLines(table, this.#region.columns, this.#paint));
  }

  check(check: Check): void {
    // What is checked does not change any more, also where a run was stopped halfway.
    this.#settle(true);
    this.print(checkLines(check, this.#region.columns, this.#paint));
  }

  attach(_name: string, _content: Uint8Array): void {}

  async finish(result: RunResult): Promise<void> {
    this.#settle(true);
    this.#progress = undefined;
    this.#region.close();
    const lines = resultLines(result, this.#region.columns, this.#paint, this.#labels);
    this.print(this.#blankBefore || lines.length === 0 ? lines : ["", ...lines]);
  }

  /** Leaves the terminal as it was found: the chart stays as it is, the cursor comes back. May be called at any time, and twice. */
  close(): void {
    this.#settle(true);
    this.#progress = undefined;
    this.#region.close();
  }

  /** Lines with an empty one after them, and one before where there is none yet. */
  #block(lines: readonly string[]): void {
    this.#region.print([...(this.#blankBefore ? [] : [""]), ...lines, ""]);
    this.#blankBefore = true;
  }

  #showRecord(): void {
    const record = this.#unshown;
    this.#unshown = undefined;
    if (record !== undefined) this.print(wrap(metricsLine(record, this.#labels), this.#region.columns));
  }

  /** Prints the plot for good, once it grows no more. */
  #settle(evenIfGrowing = false): void {
    this.#showRecord();
    const plot = this.#plot;
    const growing = this.#progress !== undefined && this.#progress.done < this.#progress.total;
    if (plot === undefined || (growing && !evenIfGrowing)) return;
    this.#plot = undefined;
    if (!growing) this.#progress = undefined;
    this.#block(this.#chart(plot, this.#region.columns, plot.rows > 1 ? 12 : 16));
  }

  #chart(plot: PlotFigure, columns: number, rows: number): string[] {
    const width = plot.columns === 1 ? Math.min(columns, widestChart) : columns;
    const caption = plot.caption ? [this.#paint.style("bold", plot.caption)] : [];
    return [...caption, ...chartLines(plot, width, rows * plot.rows, this.#paint)];
  }

  #frame(columns: number, rows: number): string[] {
    const lines: string[] = [];
    const progress =
      this.#progress === undefined ? [] : [progressLine(this.#progress, columns, this.#paint, this.#labels)];
    if (this.#plot !== undefined) {
      const space = rows - progress.length - 3;
      const chart = this.#chart(this.#plot, columns, Math.floor(Math.min(16, space) / this.#plot.rows));
      // In a window this low, the bar matters more than the chart.
      if (chart.length <= space) lines.push("", ...chart, "");
    }
    return [...lines, ...progress];
  }
}
