// Where the garbage collector cannot be asked: more data than the workspace's budgets moves out, and keeps its values.
import { expect, it } from "vitest";
import { withoutSurvivors } from "../../src/engine/reachability.js";
import { tenure } from "../../src/engine/storage.js";
import * as torch from "../../src/index.js";

withoutSurvivors();

it("keeps no more of what came back once and died than its budget, however much that was", () => {
  for (let round = 0; round < 60; round++) {
    // As activations that a backward pass asks for again: the oldest moved out meanwhile.
    const held = Array.from({ length: 16 }, () => torch.ones([1_000_000]));
    for (const t of held) expect(t.narrow(0, 999_999, 1).item()).toBe(1);
    for (const t of held) t.add_(1);
    expect(torch.memory().tenured).toBeLessThan(450e6);
  }
});

it("moves tenured tensors out once, and back with their values", () => {
  const small = torch.full([50_000], 3);
  tenure(small.storage);
  // 420 MB of long-lived data push all that is tenured out at the next allocation.
  const large = torch.zeros([105_000_000]);
  large.narrow(0, 104_999_999, 1).fill_(5);
  tenure(large.storage);
  torch.zeros(2000);
  expect(torch.memory().tenured).toBeLessThan(4e8);
  expect(torch.memory().movedOut).toBeGreaterThan(4e8);
  // The young ones are swept afterwards; those that were young when they were tenured must not move a second time.
  for (let i = 0; i < 30; i++) torch.full([500_000], i);
  expect(small.sum().item()).toBe(150_000);
  expect(large.narrow(0, 104_999_999, 1).item()).toBe(5);
  expect(large.narrow(0, 0, 10).sum().item()).toBe(0);
});

it("moves the oldest half of the young out", () => {
  const held = Array.from({ length: 30 }, (_, i) => torch.full([500_000], i));
  expect(torch.memory().young).toBeLessThan(30e6);
  held.forEach((t, i) => {
    expect([t.min().item(), t.max().item()]).toEqual([i, i]);
  });
});
