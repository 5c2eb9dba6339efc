// Several reports as one: a run talks to its terminal, its files and its JSON at once.
import type { Localized } from "torchlet";
import type { Figure } from "./figure.js";
import type { Check, Progress, Report, RunInfo, RunResult, Table } from "./report.js";

/**
 * Passes every call on to each of its reports, in order.
 *
 * `start` throws at once what a report throws, so that an unwritable folder stops a run before it begins. Later on, a
 * report that fails (a full disk) is left out, the others go on, and `finish` rejects with its error in the end: hours of
 * training are worth more than one file.
 */
export class CompositeReport implements Report {
  readonly #reports: readonly Report[];
  readonly #failed = new Map<Report, unknown>();
  readonly #onFailure: ((error: unknown) => void) | undefined;

  /**
   * @param reports those that receive the calls
   * @param onFailure told once for each report that fails after the start
   */
  constructor(reports: readonly Report[], onFailure?: (error: unknown) => void) {
    this.#reports = reports;
    this.#onFailure = onFailure;
  }

  start(run: RunInfo): void {
    for (const report of this.#reports) report.start(run);
  }

  warn(text: Localized): void {
    this.#tell((report) => report.warn(text));
  }

  text(text: Localized): void {
    this.#tell((report) => report.text(text));
  }

  progress(progress: Progress): void {
    this.#tell((report) => report.progress(progress));
  }

  metrics(record: Readonly<Record<string, number>>): void {
    this.#tell((report) => report.metrics(record));
  }

  figure(figure: Figure): void {
    this.#tell((report) => report.figure(figure));
  }

  table(table: Table): void {
    this.#tell((report) => report.table(table));
  }

  check(check: Check): void {
    this.#tell((report) => report.check(check));
  }

  attach(name: string, content: Uint8Array): void {
    this.#tell((report) => report.attach(name, content));
  }

  async finish(result: RunResult): Promise<void> {
    for (const report of this.#reports) {
      if (this.#failed.has(report)) continue;
      try {
        await report.finish(result);
      } catch (error) {
        this.#failed.set(report, error);
      }
    }
    const errors = [...this.#failed.values()];
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, errors.map(String).join("\n"));
  }

  #tell(call: (report: Report) => void): void {
    for (const report of this.#reports) {
      if (this.#failed.has(report)) continue;
      try {
        call(report);
      } catch (error) {
        this.#failed.set(report, error);
        this.#onFailure?.(error);
      }
    }
  }
}
