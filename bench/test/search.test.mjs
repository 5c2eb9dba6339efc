// The tables of docs/search.md are those of bench/search/results.json, and what they claim holds there.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createTables, quantile, shareBelow, summarize } from "../search/report.mjs";

const read = (file) => readFileSync(new URL(file, import.meta.url), "utf8");
const results = JSON.parse(read("../search/results.json"));

describe("docs/search.md", () => {
  it("has the tables of results.json", () => {
    const text = read("../../docs/search.md");
    for (const table of Object.values(createTables(results))) expect(text).toContain(table);
  });
  it("claims what was measured: random search needs at least 200 trials for what GP and TPE reach in 60", () => {
    for (const name of ["branin", "hartmann6", "rosenbrock2", "rosenbrock4"]) {
      for (const key of ["torchlet gp", "torchlet tpe"]) {
        const { randomTrials, seeds } = results.results[name][key];
        expect(seeds).toBeGreaterThanOrEqual(20);
        expect(randomTrials ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(200);
      }
    }
  });
});

describe("the numbers", () => {
  it("are quantiles as numpy has them, and shares of pairs", () => {
    expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
    expect(shareBelow([1, 2], [2, 3])).toBe(0.875);
  });
  it("say when random search is as good", () => {
    const line = (sampler, seed, best) => ({
      from: "torchlet",
      function: "rosenbrock2",
      sampler,
      seed,
      seconds: 1,
      best,
    });
    const curve = Array.from({ length: 100 }, (_, i) => 100 - i);
    const lines = [0, 1].flatMap((seed) => [
      line("random", seed, curve),
      line(
        "tpe",
        seed,
        curve.map((y) => y / 2),
      ),
    ]);
    const { rosenbrock2 } = summarize(lines).results;
    // 41 / 2 = 20.5 after 60 trials; random search is at 20 after 81.
    expect(rosenbrock2["torchlet tpe"].randomTrials).toBe(81);
  });
});
