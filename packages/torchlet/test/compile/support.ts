// A program and its compiled twin agree bit for bit.
import { expect } from "vitest";
import { type Calls, firstOdd, type Program, runCompiled, runPlain } from "./twin.js";

export * from "./twin.js";

/** Expects the same of both; returns what became of the compiled calls. */
export function agree(program: Program): Calls {
  const want = runPlain(program);
  const [got, calls] = runCompiled(program);
  expect(firstOdd(got, want)).toBeNull();
  return calls;
}
