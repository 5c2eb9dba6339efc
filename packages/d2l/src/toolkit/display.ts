// Where figures and measurements of the toolkit go: a report, as a notebook's cell output is in Python.
import type { Figure } from "../report/figure.js";
import type { Report } from "../report/report.js";

/** The part of a report that the toolkit speaks to. */
export type Display = Pick<Report, "figure" | "metrics" | "progress" | "warn">;

const SILENT: Display = { figure() {}, metrics() {}, progress() {}, warn() {} };

let current: Display | null = null;
let fallback: () => Display = () => SILENT;

/** Sends figures and measurements somewhere from now on; null goes back to the default (the terminal, in Node). */
export function setDisplay(display: Display | null): void {
  current = display;
}

/** Where they go. */
export function getDisplay(): Display {
  return current ?? fallback();
}

/** What is used unless a display was set; the Node entry provides the terminal. */
export function provideDefaultDisplay(make: () => Display): void {
  let made: Display | null = null;
  fallback = () => (made ??= make());
}

let figures = 0;

/** A name for the next figure. */
export function nextFigureId(): string {
  return `figure-${++figures}`;
}

/** Shows a figure and returns it. */
export function show<F extends Figure>(figure: F): F {
  getDisplay().figure(figure);
  return figure;
}
