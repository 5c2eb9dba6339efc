// Where the garbage collector can be asked, dead storages give their memory back, and only they.
import { describe, expect, it } from "vitest";
import { collect } from "../../src/engine/storage.js";
import * as torch from "../../src/index.js";
import { runRandomProgram } from "./random-program.js";

describe("a synchronous loop", () => {
  it("takes dead results back without moving anything out", () => {
    const x = torch.ones(1_000_000);
    for (let i = 0; i < 20; i++) x.exp();
    const { movedOut, extent } = torch.memory();
    for (let i = 0; i < 200; i++) x.exp();
    expect(torch.memory().movedOut).toBe(movedOut);
    expect(torch.memory().extent - extent).toBeLessThan(40e6);
    expect(torch.memory().engine).toBeLessThan(60e6);
  });

  it("keeps what is held, however it is held", () => {
    const held = [torch.full([100_000], 1)];
    const view = torch.full([100_000], 2).narrow(0, 50_000, 10);
    const weight = torch.full([100_000], 3, { dtype: torch.float32, requiresGrad: true });
    // Only the graph holds the factor.
    const loss = weight.mul(torch.full([100_000], 4)).sum();
    const closure = (
      (t: torch.Tensor) => () =>
        t.max().item()
    )(torch.full([100_000], 5));
    for (let i = 0; i < 120; i++) {
      torch.full([500_000], -777);
      if (i % 20 === 0) held.push(torch.full([100_000], i));
      if (i % 30 === 0) collect(true);
    }
    expect(held.map((t) => [t.min().item(), t.max().item()])).toEqual([1, 0, 20, 40, 60, 80, 100].map((i) => [i, i]));
    expect(view.tolist()).toEqual(new Array(10).fill(2));
    expect(closure()).toBe(5);
    loss.backward();
    expect([weight.grad!.min().item(), weight.grad!.max().item()]).toEqual([4, 4]);
  });

  it("takes back what was long-lived once everything is collected", () => {
    let held: torch.Tensor[] = Array.from({ length: 60 }, () => torch.full([500_000], 1));
    for (let i = 0; i < 40; i++) torch.full([500_000], 0);
    expect(torch.memory().tenured).toBeGreaterThan(100e6);
    expect(held.every((t) => t.max().item() === 1)).toBe(true);
    held = [];
    expect(collect(true)).toBe(true);
    expect(torch.memory().tenured).toBeLessThan(50e6);
    expect(torch.memory().movedOut).toBeLessThan(1e6);
  });
});

describe("a random program", () => {
  it.each([4, 5, 6])("gives what plain arrays give, seed %i", (seed) => {
    runRandomProgram(seed, (random) => {
      const chance = random();
      if (chance < 0.1) expect(collect(false)).toBe(true);
      else if (chance < 0.11) expect(collect(true)).toBe(true);
    });
  });
});
