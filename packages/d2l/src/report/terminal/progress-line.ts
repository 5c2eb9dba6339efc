// The line that moves while a run is on: what, how far, the latest values, how long still.
import { localize } from "torchlet";
import type { Progress } from "../report.js";
import { type Labels, labelOf } from "../text/labels.js";
import { formatDuration, formatNumber } from "../text/numbers.js";
import { displayWidth, truncate } from "./display-width.js";
import type { Paint } from "./paint.js";

/** One line of at most `columns` columns; where it is tight, the bar shrinks first, then values go. */
export function progressLine(progress: Progress, columns: number, paint: Paint, labels?: Labels): string {
  const done = progress.total > 0 ? Math.min(1, Math.max(0, progress.done / progress.total)) : 0;
  const percent = `${String(Math.floor(done * 100)).padStart(3)} %`;
  const values = Object.entries(progress.values ?? {}).map(
    ([name, value]) => `${labelOf(name, labels)} ${formatNumber(value)}`,
  );
  const left = progress.secondsLeft;
  if (left !== undefined && Number.isFinite(left)) {
    values.push(localize({ en: `${formatDuration(left)} left`, zh: `剩余 ${formatDuration(left)}` }));
  }
  const label = truncate(localize(progress.label), Math.max(4, columns - 8));
  for (;;) {
    const tail = [percent, ...values].join("  ");
    const bar = Math.min(32, columns - displayWidth(label) - displayWidth(tail) - 2);
    if (bar >= 8) return `${label} ${barOf(done, bar, paint)} ${tail}`;
    // The time left goes last but one; the share done is told without a bar too.
    if (values.length === 0) return truncate(`${label} ${percent}`, columns);
    values.splice(values.length > 1 ? values.length - 2 : 0, 1);
  }
}

/** A bar that grows by eighths of a column. */
export function barOf(done: number, columns: number, paint: Paint): string {
  const eighths = Math.round(done * columns * 8);
  const full = Math.floor(eighths / 8);
  const part = full < columns && eighths % 8 > 0 ? (["▏", "▎", "▍", "▌", "▋", "▊", "▉"][(eighths % 8) - 1] ?? "") : "";
  return paint.style("accent", "█".repeat(full) + part) + paint.style("dim", "░".repeat(columns - full - part.length));
}
