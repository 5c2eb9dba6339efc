// A report that only remembers, for tests, for programs, and as the notebook behind report.html.
import type { Localized } from "torchlet";
import type { Figure } from "./figure.js";
import type { Check, Progress, Report, RunInfo, RunResult, Table } from "./report.js";

/** A piece of a report in the order in which it came. A figure stands where it was first drawn, with its latest content. */
export type Entry =
  | { readonly kind: "text"; readonly text: Localized }
  | { readonly kind: "table"; readonly table: Table }
  | { readonly kind: "figure"; readonly figure: Figure };

/**
 * Collects everything that an experiment says.
 *
 * @example
 * const report = new MemoryReport();
 * await runExperiment(mlp, { report, signal, fashionMnist }, options);
 * report.history.at(-1)?.trainLoss; // 0.38
 */
export class MemoryReport implements Report {
  run: RunInfo | undefined;
  result: RunResult | undefined;
  readonly warnings: Localized[] = [];
  readonly texts: Localized[] = [];
  readonly progresses: Progress[] = [];
  readonly history: Readonly<Record<string, number>>[] = [];
  readonly figures = new Map<string, Figure>();
  readonly tables: Table[] = [];
  readonly checks: Check[] = [];
  readonly attachments = new Map<string, Uint8Array>();
  readonly #order: (Localized | Table | string)[] = [];
  readonly #keepProgress: boolean;

  /** @param options `keepProgress: false` forgets progress, which a long run has a lot of */
  constructor(options: { readonly keepProgress?: boolean } = {}) {
    this.#keepProgress = options.keepProgress ?? true;
  }

  start(run: RunInfo): void {
    this.run = run;
  }

  warn(text: Localized): void {
    this.warnings.push(text);
  }

  text(text: Localized): void {
    this.texts.push(text);
    this.#order.push(text);
  }

  progress(progress: Progress): void {
    if (this.#keepProgress) this.progresses.push(progress);
  }

  metrics(record: Readonly<Record<string, number>>): void {
    this.history.push({ ...record });
  }

  figure(figure: Figure): void {
    if (!this.figures.has(figure.id)) this.#order.push(figure.id);
    this.figures.set(figure.id, figure);
  }

  table(table: Table): void {
    this.tables.push(table);
    this.#order.push(table);
  }

  check(check: Check): void {
    this.checks.push(check);
  }

  attach(name: string, content: Uint8Array): void {
    this.attachments.set(name, new Uint8Array(content));
  }

  async finish(result: RunResult): Promise<void> {
    this.result = result;
  }

  /** Texts, tables and figures in the order in which they first came. */
  get entries(): readonly Entry[] {
    return this.#order.map((item) => {
      if (typeof item === "string") return { kind: "figure", figure: this.figures.get(item)! };
      return "columns" in item ? { kind: "table", table: item } : { kind: "text", text: item };
    });
  }
}
