// Batches of events as text: JSON, with the numbers that JSON does not know.
import { DataError } from "torchlet";
import type { StudyEvent } from "../core/events.js";

/** Marks a string that stands for a number; strings that begin with it get a second one. */
const MARK = "\u0000";

function escape(_key: string, value: unknown): unknown {
  if (typeof value === "string") return value.startsWith(MARK) ? MARK + value : value;
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
    return MARK + (Object.is(value, -0) ? "-0" : String(value));
  return value;
}

function unescape(_key: string, value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith(MARK)) return value;
  const rest = value.slice(1);
  return rest.startsWith(MARK) ? rest : Number(rest);
}

/** @returns one line of text; `decodeEvents` gives the events back, NaN, infinities and -0 included */
export function encodeEvents(events: readonly StudyEvent[]): string {
  return JSON.stringify(events, escape);
}

/** @throws DataError for text that `encodeEvents` has not written */
export function decodeEvents(text: string, path: string): readonly StudyEvent[] {
  try {
    const events: unknown = JSON.parse(text, unescape);
    if (Array.isArray(events) && events.every((event) => typeof event?.type === "string")) return events;
  } catch {
    // Told below.
  }
  throw new DataError("redis-entry", {
    path,
    rule: {
      en: "an entry of the study's stream is not a list of events",
      zh: "研究的流中有一项不是事件列表",
    },
    received: text.slice(0, 200),
    hint: { en: "has something else written to this key?", zh: "是否有其他程序写入了这个键？" },
  });
}
