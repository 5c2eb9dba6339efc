// The result of a run as one JSON file, or on standard output. Node only.
import type { Localized } from "torchlet";
import type { Figure } from "./figure.js";
import { checkWritable, writeFileWhole } from "./files/atomic-file.js";
import type { Check, Progress, Report, RunInfo, RunResult, Table } from "./report.js";
import type { TextStream } from "./terminal/stream.js";

/** A result as it is written: indented, a newline at the end; NaN and infinity, for which JSON has no word, are `null`. */
export function resultJson(result: RunResult): string {
  return `${JSON.stringify(result, null, 2)}\n`;
}

/**
 * Writes the result when the run is over, whole or not at all; says nothing in between.
 *
 * @example
 * new JsonReport("out.json");
 * new JsonReport(process.stdout);
 */
export class JsonReport implements Report {
  readonly #target: string | TextStream;

  /** @param target a file's path, or a stream */
  constructor(target: string | TextStream) {
    this.#target = target;
  }

  /** @throws {ReportError} if the file could not be written later: before hours of training, not after */
  start(_run: RunInfo): void {
    if (typeof this.#target === "string") checkWritable(this.#target);
  }

  warn(_text: Localized): void {}
  text(_text: Localized): void {}
  progress(_progress: Progress): void {}
  metrics(_record: Readonly<Record<string, number>>): void {}
  figure(_figure: Figure): void {}
  table(_table: Table): void {}
  check(_check: Check): void {}
  attach(_name: string, _content: Uint8Array): void {}

  async finish(result: RunResult): Promise<void> {
    if (typeof this.#target === "string") writeFileWhole(this.#target, resultJson(result));
    else this.#target.write(resultJson(result));
  }
}
