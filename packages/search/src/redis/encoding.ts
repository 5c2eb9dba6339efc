// Batches of events as the text of a stream's entry, checked when they are read.
import { DataError } from "torchlet";
import { eventsFromJson } from "../core/event-json.js";
import type { StudyEvent } from "../core/events.js";

/** @throws DataError for text that is no list of events */
export function decodeEvents(text: string, path: string): readonly StudyEvent[] {
  try {
    const events: unknown = eventsFromJson(text);
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
