// The one interface between an experiment and whoever shows it: a terminal, a file, a page.
import type { Localized } from "torchlet";
import type { Figure } from "./figure.js";
import type { Labels } from "./text/labels.js";
import type { Wording } from "./text/wording.js";

/** Where a long computation stands. */
export interface Progress {
  /** What is going on, such as `{ en: "epoch 3 of 10", zh: "..." }`. */
  readonly label: Localized;
  /** Steps done and steps in all. */
  readonly done: number;
  readonly total: number;
  /** The latest values, by name: `{ loss: 0.51, accuracy: 0.82 }`. */
  readonly values?: Readonly<Record<string, number>>;
  /** Seconds that the rest is expected to take. */
  readonly secondsLeft?: number;
}

/** A claim held against a measurement. */
export interface Check {
  /** The claim's name within its experiment. */
  readonly id?: string;
  /** The items of the notes that it is about. */
  readonly items?: readonly string[];
  readonly claim: Localized;
  /** What the source says, as a reader would write it: `"0.3845 +- 0.02"`. */
  readonly expected: Wording;
  readonly actual: number | Wording;
  readonly ok: boolean;
  /** Where the expected value comes from. */
  readonly source?: Wording;
}

/** A table of text and numbers. */
export interface Table {
  readonly caption?: Localized;
  /** True for what a page has room for and a terminal has not. */
  readonly detail?: boolean;
  readonly columns: readonly Localized[];
  readonly rows: readonly (readonly (number | Wording)[])[];
}

/** What a run is: written at the head of every report. */
export interface RunInfo {
  readonly experiment: string;
  readonly title: Localized;
  readonly options: Readonly<Record<string, unknown>>;
  /** What people call its own measurements, options and parts; names that many runs use need none. */
  readonly labels?: Labels;
}

/** What a run measured in the end; the content of `--json`. */
export interface RunResult {
  readonly experiment: string;
  readonly dataset?: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly history: readonly Readonly<Record<string, number>>[];
  readonly checks: readonly Check[];
  readonly seconds: Readonly<Record<string, number>>;
  /** What a search found best: the trial's number, its parameters, its value. */
  readonly best?: Readonly<Record<string, unknown>>;
  /** True when the run was stopped before its end (Ctrl-C). */
  readonly interrupted?: boolean;
}

/**
 * Receives everything that an experiment has to say, as data.
 *
 * Calls may come many times a second: a renderer that cannot keep up drops progress, never results. Whoever runs an
 * experiment (the command, a page, a test) calls `start` before and `finish` after it; the experiment calls the rest.
 */
export interface Report {
  /** The first call: what is about to run. */
  start(run: RunInfo): void;
  /** A notice that must not be overlooked, such as "this is not Fashion-MNIST". */
  warn(text: Localized): void;
  /** A paragraph. */
  text(text: Localized): void;
  progress(progress: Progress): void;
  /** One record of measurements (one an epoch, say). */
  metrics(record: Readonly<Record<string, number>>): void;
  /** A figure; the same id again replaces it. */
  figure(figure: Figure): void;
  table(table: Table): void;
  check(check: Check): void;
  /** A file that belongs to the run, such as its weights; renderers without files ignore it. */
  attach(name: string, content: Uint8Array): void;
  /** The last call: everything is written out. Also called after Ctrl-C, with what was measured so far. */
  finish(result: RunResult): Promise<void>;
}
