// The toolkit's figures go to a report while an experiment runs.
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

/** A display for runs that repeat one which was shown: only their progress is seen, with a name before it. */
export function progressOnly(report: Report, name: Localized): Display {
  return {
    figure() {},
    metrics() {},
    warn() {},
    progress({ label, ...rest }) {
      const text = localize(name);
      report.progress({ label: { en: `${text}, ${label.en}`, zh: `${text}，${label.zh}` }, ...rest });
    },
  };
}
