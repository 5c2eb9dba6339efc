// Events as text: what JSON does not know comes back as it was.
import { expect, test } from "vitest";
import { eventsFromJson, eventsToJson } from "../../src/core/event-json.js";
import type { StudyEvent } from "../../src/core/events.js";

const attribute = (value: unknown) => ({ type: "attribute", key: "k", value }) as StudyEvent;

test("numbers that JSON does not know survive", () => {
  const events: StudyEvent[] = [
    { type: "finished", claim: "a", state: "complete", values: [Number.NaN, Infinity, -Infinity, -0, 0, 0.1], at: 1 },
    { type: "reported", claim: "a", step: 3, value: -0 },
  ];
  const text = eventsToJson(events);
  expect(text).not.toContain("\n");
  const back = eventsFromJson(text);
  // toEqual tells -0 from 0 and finds NaN equal to itself.
  expect(back).toEqual(events);
});

test("a user's own objects of the same look survive too", () => {
  for (const value of [
    { $number: "NaN" },
    { $number: 1 },
    { $$number: { $number: "Infinity" } },
    { $number: Number.NaN },
    { $number: "NaN", other: 1 },
    [{ $number: null }],
    "line\nfeed 数 \u2028",
  ]) {
    expect(eventsFromJson(eventsToJson([attribute(value)]))).toEqual([attribute(value)]);
  }
});
