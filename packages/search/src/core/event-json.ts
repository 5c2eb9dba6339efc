// Events as JSON text and back: NaN, the infinities and -0, which JSON does not know, come back as they were.
import type { StudyEvent } from "./events.js";

/** How such a number is written: `{ "$number": "NaN" }`. */
const KEY = "$number";

/** What a user's own object with that key alone is written with: one more `$`, taken off again by the reader. */
const OWN_KEY = /^\$+number$/;

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The only key of an object that has one, where it looks like ours. */
function markedKey(value: Record<string, unknown>): string | null {
  const keys = Object.keys(value);
  return keys.length === 1 && OWN_KEY.test(keys[0]!) ? keys[0]! : null;
}

function replace(_: string, value: unknown): unknown {
  if (typeof value === "number") {
    if (Object.is(value, -0)) return { [KEY]: "-0" };
    return Number.isFinite(value) ? value : { [KEY]: String(value) };
  }
  if (!isPlainObject(value)) return value;
  const key = markedKey(value);
  return key === null ? value : { [`$${key}`]: value[key] };
}

function revive(_: string, value: unknown): unknown {
  if (!isPlainObject(value)) return value;
  const key = markedKey(value);
  if (key === null) return value;
  return key === KEY ? Number(value[key]) : { [key.slice(1)]: value[key] };
}

/** Whether JSON would change something, or the reader take it for what it is not. */
function needsMarks(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value) || Object.is(value, -0);
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some(needsMarks);
  return markedKey(value as Record<string, unknown>) !== null || Object.values(value).some(needsMarks);
}

/** Events as one line of JSON. */
export function eventsToJson(events: readonly StudyEvent[]): string {
  return needsMarks(events) ? JSON.stringify(events, replace) : JSON.stringify(events);
}

/** The events of such a line. @throws SyntaxError for text that is no JSON */
export function eventsFromJson(text: string): StudyEvent[] {
  // A function called for every value makes reading ten times as slow: only where there may be a mark.
  return JSON.parse(text, text.includes(`${KEY}"`) ? revive : undefined) as StudyEvent[];
}
