// Bounds say what they test.
import { expect, it } from "vitest";
import { above, around, atLeast, below, between } from "../../src/experiments/bounds.js";

it.each([
  [around(Math.LN10, 0.1), "2.3026 ± 0.1", [2.21, 2.4], [2.2, 2.41]],
  [below(1e-5), "< 1e-5", [0, -1], [1e-5]],
  [above(0), "> 0", [1e-9], [0]],
  [below(1e6), "< 1e6", [999_999], [1e6]],
  [atLeast(0.79), ">= 0.79", [0.79, 1], [0.7899]],
  [between(0.8, 1.25), "0.8–1.25", [0.8, 1.25], [0.79, 1.26]],
])("$text", (bound, text, inside, outside) => {
  expect(bound.text).toBe(text);
  expect(inside.filter((value) => !bound.holds(value))).toEqual([]);
  expect([...outside, Number.NaN].filter(bound.holds)).toEqual([]);
});
