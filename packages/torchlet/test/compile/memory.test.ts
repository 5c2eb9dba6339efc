// Memory: replays leave nothing behind, dropped functions give theirs back, and everything may move in between.
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { moveAllOut } from "../../src/engine/storage.js";
import * as torch from "../../src/index.js";
import { bundled } from "../support/bundled.js";
import { agree, batch, network, stateOf } from "./support.js";

it("a million replays and 500 compiled functions stay flat", { timeout: 120_000 }, async () => {
  const program = await bundled(import.meta.url, "./memory-loop.ts");
  try {
    const output = execFileSync(process.execPath, [program.path], { encoding: "utf8" });
    const { resident, engine, finite, afterFunctions, right, calls } = JSON.parse(output);
    expect(calls).toMatchObject({ captured: 1, replayed: 999_999 });
    expect(finite).toBe(true);
    expect(Math.max(...resident) - resident[0]).toBeLessThan(20e6);
    expect(Math.max(...engine) - engine[0]).toBeLessThan(1e6);
    expect(right).toBe(true);
    // 64 plans in all, a megabyte each: the last hundreds of functions added nothing.
    expect(Math.max(...afterFunctions.slice(3))).toBeLessThan(1.5 * afterFunctions[2]);
  } finally {
    program.remove();
  }
});

describe("everything moves out of the engine's memory between replays", () => {
  it("parameters, state, arguments, results and gradients", () => {
    let disturb = () => {};
    const program = () =>
      agree((wrap) => {
        const net = network(12, 600);
        const optimizer = new torch.optim.Adam(net.parameters(), { lr: 0.01 });
        const table = torch.randn(30, 12);
        const step = wrap((x: torch.Tensor, y: torch.Tensor) => {
          optimizer.zeroGrad();
          const l = torch.nn.functional.mseLoss(net(x.add(table.narrow(0, 0, 16))), y);
          l.backward();
          optimizer.step();
          return [l, x.mul(2)];
        });
        const results: torch.Tensor[] = [];
        for (let i = 0; i < 12; i++) {
          const given = batch(i);
          if (i % 2 === 0) disturb();
          results.push(...step(...given));
          if (i % 3 === 0) disturb();
          results.push(net.parameters()[i % 4]!.grad!);
        }
        disturb();
        return [...results, ...stateOf(net, optimizer)];
      });
    expect(program().replayed).toBe(10);
    disturb = moveAllOut;
    expect(program().replayed).toBe(10);
  });

  it("and while a step is captured", () => {
    const { replayed } = agree((wrap) => {
      const net = network();
      let calls = 0;
      const step = wrap((x: torch.Tensor) => {
        const y = net(x);
        if (calls++ === 0) moveAllOut();
        return y.detach().mul(2);
      });
      return Array.from({ length: 8 }, (_, i) => step(batch(i)[0]));
    });
    expect(replayed).toBeGreaterThanOrEqual(6);
  });
});

describe("dispose", () => {
  it("gives a plan's memory back", () => {
    const run = (x: torch.Tensor) => x.exp().matmul(x).tanh().sum();
    const x = torch.ones(300, 300);
    run(x);
    const before = torch.memory().engine;
    const step = torch.compile(run);
    step(x);
    step(x);
    expect(torch.memory().engine).toBeGreaterThan(before + 300_000);
    step.dispose();
    expect(torch.memory().engine).toBeLessThan(before + 400_000);
    expect(step(x).item()).toBe(run(x).item());
    step.dispose();
  });
});
