// Errors in the middle of a plan, in any thread: they are errors of that call, and the next one works.
import { afterAll, describe, expect, it } from "vitest";
import { machine, Plan, Recorder, setRecording } from "../../src/engine/index.js";
import * as torch from "../../src/index.js";

const large = torch.ones(256, 256);

async function threads(count: number): Promise<void> {
  torch.setNumThreads(count);
  for (let i = 0; i < 40; i++) {
    large.matmul(large);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

afterAll(() => torch.setNumThreads(1));

/** A plan of three instructions, each of which waits for the one before; number `which` writes this far from the end of memory. */
function brokenPlan(which: number, distance: number): Plan {
  const recorder = new Recorder((what) => {
    throw new Error(what.en);
  });
  const x = torch.ones(1_000_000);
  setRecording(recorder);
  const last = x.add(1).mul(2).neg();
  setRecording(null);
  expect(last.numel()).toBe(1_000_000);
  const { words, operands } = recorder.instructions[which]!;
  words[operands.find((o) => o.writes)!.word] = machine.u8.byteLength + distance;
  return new Plan(recorder.instructions, recorder.arena);
}

const step = torch.compile((t: torch.Tensor) => t.add(1).matmul(large).sum());
const works = () => {
  for (let i = 0; i < 3; i++) expect(step(large).item()).toBe(2 * 256 ** 3);
};

describe("an instruction that traps in the middle of a plan", () => {
  it.each([
    [2, 0],
    [2, 1],
    [3, 0],
    [3, 1],
    [3, 2],
  ])("in another thread: %i threads, instruction %i", async (count, which) => {
    await threads(count);
    works();
    // The last quarter of the results lies behind the end of memory: not the first thread's share.
    const plan = brokenPlan(which, -3_000_000);
    expect(() => plan.run()).toThrowError(expect.objectContaining({ name: "EngineError", code: "thread-failed" }));
    plan.dispose();
    works();
    await threads(count);
    works();
  });

  it.each([1, 2, 3])("in the first thread, %i threads", async (count) => {
    await threads(count);
    works();
    const plan = brokenPlan(1, 4096);
    expect(() => plan.run()).toThrowError();
    plan.dispose();
    works();
    await threads(count);
    works();
  });
});
