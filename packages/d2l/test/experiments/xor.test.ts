// XOR: networks set by hand, and the experiment.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { accuracyOf, makeNet, train } from "../../src/experiments/xor/learning.js";
import { sameSign, xorOfBits } from "../../src/experiments/xor/threshold.js";
import { xor } from "../../src/experiments/xor.js";
import { runQuickly } from "./runs.js";

const bits = torch.tensor([
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
]);
describe("networks of perceptrons", () => {
  it("compute XOR of bits, and whether signs are equal", () => {
    expect(xorOfBits(bits).reshape(-1).tolist()).toEqual([0, 1, 1, 0]);
    const points = torch.tensor([
      [0.1, 3],
      [-0.1, 3],
      [5, -0.2],
      [-5, -0.2],
    ]);
    expect(sameSign(points).reshape(-1).tolist()).toEqual([1, 0, 0, 1]);
  });
});

describe("learning XOR", () => {
  it("succeeds from the starts that it succeeds from in PyTorch", () => {
    // PyTorch 2.13: 2 ReLU units, lr 0.5, 1000 steps, seeds 0 to 5.
    const solved = [0, 1, 2, 3, 4, 5].filter((seed) => {
      torch.manualSeed(seed);
      const net = makeNet(2, "relu");
      train(net, bits.to(torch.float32), torch.tensor([0, 1, 1, 0]), 1000, 0.5);
      return accuracyOf(net, bits.to(torch.float32), torch.tensor([0, 1, 1, 0])) === 1;
    });
    expect(solved).toEqual([0, 5]);
  });
});

describe("xor", () => {
  it("holds the claims that its settings allow", async () => {
    const { report, result } = await runQuickly(xor, { seeds: 1, steps: 2000, maxEpochs: 20 });
    expect(result.checks.map(({ id, ok }) => [id, ok])).toEqual(
      Object.keys(xor.claims)
        .filter((id) => !["narrow", "wide", "reference"].includes(id))
        .map((id) => [id, true]),
    );
    expect([...report.figures.keys()]).toEqual(["circles", "two-steps", "starts", "regions"]);
    const starts = report.figures.get("starts")!;
    for (const panel of starts.kind === "plot" ? starts.panels : [])
      expect(panel).toMatchObject({ xlabel: "step", ylabel: "loss", yscale: "log" });
  });

  it("stops when it is told to", async () => {
    const stopped = new AbortController();
    stopped.abort();
    const { result } = await runQuickly(xor, {}, undefined, stopped.signal);
    expect(result.interrupted).toBe(true);
    expect(result.checks.map(({ id }) => id)).not.toContain("wide");
  });
});
