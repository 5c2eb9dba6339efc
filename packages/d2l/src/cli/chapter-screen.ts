// What `torchlet run --all` shows: a line an experiment, what fails in full, a progress bar where there is a terminal.
import { type Localized, localize } from "torchlet";
import type { Experiment } from "../experiments/experiment.js";
import type { Figure } from "../report/figure.js";
import type { Check, Progress, Report, RunInfo, RunResult, Table } from "../report/report.js";
import { checkLines, warningLines } from "../report/terminal/blocks.js";
import { pad } from "../report/terminal/display-width.js";
import { LiveRegion } from "../report/terminal/live-region.js";
import { Paint } from "../report/terminal/paint.js";
import { progressLine } from "../report/terminal/progress-line.js";
import { colorDepthOf, isLive, type TextStream } from "../report/terminal/stream.js";
import { formatDuration } from "../report/text/numbers.js";

/** The report of a whole chapter. */
export class ChapterScreen implements Report {
  readonly #stream: TextStream;
  readonly #quiet: boolean;
  readonly #width: number;
  readonly #total: number;
  readonly #paint: Paint;
  readonly #region: LiveRegion | undefined;
  readonly #warned = new Set<string>();
  #progress: Progress | undefined;
  #failedChecks: Check[] = [];
  #done = 0;
  #current = "";

  constructor(stream: TextStream, experiments: readonly Experiment[], quiet: boolean) {
    this.#stream = stream;
    this.#quiet = quiet;
    this.#total = experiments.length;
    this.#width = Math.max(4, ...experiments.map(({ id }) => id.length));
    const live = isLive(stream) && !quiet;
    this.#paint = new Paint(live ? colorDepthOf(stream) : 1);
    this.#region = live ? new LiveRegion(stream, (columns) => this.#frame(columns)) : undefined;
  }

  /** A line of its own. */
  print(...lines: readonly string[]): void {
    if (this.#region !== undefined) this.#region.print([...lines]);
    else this.#stream.write(`${lines.join("\n")}\n`);
  }

  start(run: RunInfo): void {
    this.#failedChecks = [];
    this.#current = run.experiment;
    this.#progress = undefined;
    this.#region?.schedule();
  }

  /** Each warning once, with the first experiment that has it: twenty may have the same one. */
  warn(text: Localized): void {
    if (this.#warned.has(text.en)) return;
    this.#warned.add(text.en);
    const from = this.#current === "" ? { en: "", zh: "" } : { en: `${this.#current}: `, zh: `${this.#current}：` };
    this.print(...warningLines(localize(from) + localize(text), 100, this.#paint));
  }

  progress(progress: Progress): void {
    this.#progress = progress;
    this.#region?.schedule();
  }

  check(check: Check): void {
    if (!check.ok) this.#failedChecks.push(check);
  }

  text(_text: Localized): void {}
  metrics(_record: Readonly<Record<string, number>>): void {}
  figure(_figure: Figure): void {}
  table(_table: Table): void {}
  attach(_name: string, _content: Uint8Array): void {}

  async finish(result: RunResult): Promise<void> {
    this.#done++;
    const total = result.checks.length;
    const held = result.checks.filter(({ ok }) => ok).length;
    const seconds = Object.values(result.seconds).reduce((sum, value) => sum + value, 0);
    const mark = held === total ? this.#paint.style("good", "✓") : this.#paint.style("bad", "✗");
    const counts = localize({ en: `${held} of ${total} claims hold`, zh: `${total} 条论断中 ${held} 条成立` });
    if (!this.#quiet)
      this.print(`${mark} ${pad(result.experiment, this.#width)}  ${counts}  ${formatDuration(seconds)}`);
    for (const check of this.#failedChecks) {
      this.print(...checkLines(check, 10_000, this.#paint).map((line) => `  ${result.experiment}: ${line}`));
    }
  }

  /** An experiment that ended with an error. */
  failed(experiment: Experiment, error: unknown): void {
    this.#done++;
    const reason = error instanceof Error ? error.message : String(error);
    this.print(`${this.#paint.style("bad", "✗")} ${pad(experiment.id, this.#width)}  ${reason}`);
  }

  /** The last lines. */
  summary(held: number, total: number, failures: number, seconds: number, page: string | undefined): void {
    if (this.#quiet && held === total && failures === 0) return;
    const errors =
      failures === 0 ? { en: "", zh: "" } : { en: `, ${failures} experiments failed`, zh: `，${failures} 个实验出错` };
    const took = formatDuration(seconds);
    this.#stream.write(
      `${localize({
        en: `${held} of ${total} claims hold${errors.en}; ${took}.`,
        zh: `${total} 条论断中 ${held} 条成立${errors.zh}；用时 ${took}。`,
      })}\n`,
    );
    if (page !== undefined) this.#stream.write(`${localize({ en: "The chapter: ", zh: "本章报告：" })}${page}\n`);
  }

  /** Leaves the terminal as it was found. */
  close(): void {
    this.#progress = undefined;
    this.#current = "";
    this.#region?.close();
  }

  #frame(columns: number): string[] {
    if (this.#current === "") return [];
    const { done = 0, total = 0, values } = this.#progress ?? {};
    const part = total > 0 ? Math.min(1, done / total) : 0;
    const label = { en: this.#current, zh: this.#current };
    return [progressLine({ label, done: this.#done + part, total: this.#total, values }, columns, this.#paint)];
  }
}
