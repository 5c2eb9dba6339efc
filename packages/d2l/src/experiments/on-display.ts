// Where the toolkit's figures and measurements go while something runs.
import { type Localized, localize } from "torchlet";
import type { Report } from "../report/report.js";
import { type Display, getDisplay, setDisplay } from "../toolkit/display.js";

/** Runs something whose figures and measurements go to a display; afterwards they go where they went before. */
export async function onDisplay<T>(display: Display, run: () => Promise<T>): Promise<T> {
  const before = getDisplay();
  setDisplay(display);
  try {
    return await run();
  } finally {
    setDisplay(before);
  }
}

/** A display for runs that only their numbers are wanted of. */
export const silent: Display = { figure() {}, metrics() {}, warn() {}, progress() {} };

/** A display for runs that repeat one which was shown: only their progress is seen, with a name before it. */
export function progressOnly(report: Report, name: Localized): Display {
  return {
    ...silent,
    progress({ label, ...rest }) {
      const text = localize(name);
      report.progress({ label: { en: `${text}, ${label.en}`, zh: `${text}，${label.zh}` }, ...rest });
    },
  };
}
