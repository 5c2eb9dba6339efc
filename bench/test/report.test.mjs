// The benchmark's arithmetic: minima and medians, units, goals, tables and markers. Nothing is timed here.
import { describe, expect, it } from "vitest";
import { cases } from "../cases/index.mjs";
import { stepFlops } from "../cases/steps.mjs";
import { goalCases, goals, judge } from "../goals.mjs";
import { labels, values } from "../harness/values.mjs";
import { fill, toJson } from "../report/save.mjs";
import { bandwidthTable, groupTable, lossesTable, table } from "../report/tables.mjs";
import { goalsText, rowText, sweepText } from "../report/text.mjs";
import { takesPart } from "../run/measure.mjs";
import { readOptions } from "../run/options.mjs";
import { digits, inUnit, median, summarize } from "../stats.mjs";

/** A report of a few rows; `measured` gives the best of each implementation, in the case's unit. */
function reportOf(rows, machine = { gflops1: 90, gflops2: 180, copy1: 50, copy2: 100 }) {
  const results = Object.entries(rows).map(([name, best]) => {
    const { group, text, unit, flops, bytes } = cases.find((test) => test.name === name);
    const measured = Object.fromEntries(
      Object.entries(best).map(([who, value]) => [who, { best: value, median: value, samples: 5, times: [] }]),
    );
    return { case: name, group, text, unit, flops, bytes, measured, skipped: {} };
  });
  return { results, machine };
}

describe("statistics", () => {
  it("takes the middle, or the mean of the two middle ones", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("turns milliseconds into the case's unit; the shortest time is the best in each", () => {
    expect(inUnit({ unit: "us" }, 2)).toBe(2000);
    expect(inUnit({ unit: "s" }, 500)).toBe(0.5);
    expect(inUnit({ unit: "GFLOP/s", flops: 3e6 }, 1)).toBe(3);
    expect(summarize({ unit: "GFLOP/s", flops: 6e6 }, [3, 2, 6])).toEqual({ best: 3, median: 2 });
    expect(() => inUnit({ name: "memory-peak", unit: "MB" }, 1)).toThrow(/memory-peak/);
  });

  it("shows three digits", () => {
    expect([0, 0.01234, 1.234, 9.999, 12.34, 123.4, 1234, Number.NaN, null].map(digits)).toEqual([
      "0",
      "0.0123",
      "1.23",
      "10.0",
      "12.3",
      "123",
      "1234",
      "-",
      "-",
    ]);
  });
});

describe("cases", () => {
  it("have names of their own, and what their units need", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    for (const { unit, flops, name } of cases)
      expect([name, unit === "GFLOP/s" ? flops > 0 : true]).toEqual([name, true]);
    for (const name of goalCases) expect(cases.map((test) => test.name)).toContain(name);
  });

  it("count the multiply-adds of a step: no gradient of the first input", () => {
    expect(stepFlops([784, 256, 10], 64)).toBe(2 * 64 * (2 * 784 * 256 + 3 * 256 * 10));
  });

  it("start from numbers that do not depend on the implementation", () => {
    const drawn = values(1000, 1);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(0.5);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(-0.5);
    expect(values(1000, 2)).not.toEqual(drawn);
    expect([...labels(4, 10)]).toEqual([3, 0, 7, 4]);
  });

  it("are run by those whom they name", () => {
    const sweep = cases.find(({ group }) => group === "sweep");
    expect(takesPart(sweep, { family: "torchlet", mode: "compiled", threads: 2 })).toBe(true);
    expect(takesPart(sweep, { family: "torchlet", mode: "eager", threads: 1 })).toBe(false);
    expect(takesPart(sweep, { family: "jax-js", mode: "eager", threads: 1 })).toBe(false);
    const product = cases.find(({ name }) => name === "square-64");
    expect(takesPart(product, { family: "torchlet", mode: "compiled", threads: 1 })).toBe(false);
  });
});

describe("goals", () => {
  const report = reportOf({
    "mlp-step-64": { "torchlet blas 2": 0.5, "torchlet blas 2 compiled": 0.4, "pytorch 1": 0.9, "pytorch 2": 0.8 },
    "add_-1e6": { "torchlet wasm 1": 0.48, "torchlet wasm 2": 0.24 },
  });

  it("take each side's best", () => {
    const [first] = judge(report);
    expect(first).toMatchObject({ measured: 0.5, met: true });
  });

  it("compare bandwidth with the copy of as many threads", () => {
    const shares = judge(report).filter(({ text }) => text.startsWith("add_"));
    expect(shares.map(({ measured }) => measured)).toEqual([0.5, 0.5]);
    expect(shares.map(({ met }) => met)).toEqual([false, false]);
  });

  it("of memory are not judged by a quick run, which does less", () => {
    const whole = reportOf({ "memory-growth": { "torchlet wasm 1": 1 } });
    const growth = (report) => judge(report).find(({ text }) => text.startsWith("growth")).met;
    expect([growth(whole), growth({ ...whole, quick: true })]).toEqual([true, null]);
  });

  it("are left open where nothing was measured", () => {
    const judged = judge(reportOf({}));
    expect(judged).toHaveLength(goals.length);
    expect(judged.every(({ measured, met }) => measured === null && met === null)).toBe(true);
    expect(goalsText(judged)).toBe("goals: none measured");
  });
});

describe("tables", () => {
  const report = reportOf({
    "square-64": { "torchlet wasm 1": 20, "pytorch 1": 60, "pytorch 2": 40 },
    "exp-1e6": { "torchlet wasm 1": 1, "pytorch 1": 2 },
    "sweep-b16-w64": { "torchlet wasm 2": 90 },
  });

  it("have a column for each implementation that was measured", () => {
    expect(groupTable(report, "products").split("\n")).toEqual([
      "| best (median) | unit | torchlet wasm<br>1 thread | pytorch<br>1 thread | pytorch<br>2 threads |",
      "|---|---:|---:|---:|---:|",
      "| matrix product 64 square | GFLOP/s | 20.0 (20.0) | 60.0 (60.0) | 40.0 (40.0) |",
    ]);
    expect(groupTable(report, "epoch")).toBeNull();
    expect(bandwidthTable(report)).toContain("| exp, 1e6 elements | 0.16 | 0.08 |");
    expect(table(["a|b"], [])).toContain("a\\|b");
  });

  it("list what others do faster, and only that", () => {
    const lines = lossesTable(report).split("\n").slice(2);
    expect(lines).toEqual([
      "| matrix product 64 square | GFLOP/s | 20.0 | torchlet wasm, 1 thread | 60.0 | pytorch, 1 thread | 3.00 |",
    ]);
  });

  it("show a case, why others are missing, and the sweep as text", () => {
    const row = { ...report.results[0], skipped: { "jax-js wasm": "failed: it hurts" } };
    expect(rowText(row)).toContain("not jax-js wasm: failed: it hurts");
    expect(sweepText(report.results, report.machine)).toMatch(/ 16 +50 /);
  });

  it("stand between the markers of a document, again and again", () => {
    const once = fill("a <!-- bench:steps --><!-- /bench:steps --> b", { steps: "| x |" });
    expect(once).toBe("a <!-- bench:steps -->\n\n| x |\n\n<!-- /bench:steps --> b");
    expect(fill(once, { steps: "| y |" })).toBe(once.replace("x", "y"));
    expect(fill(once, { steps: null })).toContain("Not measured");
    expect(() => fill(once, {})).toThrow(/steps/);
  });
});

describe("json", () => {
  it("is the report, with samples on one line", () => {
    const report = { a: { times: [1.5, 2e-7, -3] }, text: "[1, 2]" };
    expect(JSON.parse(toJson(report))).toEqual(report);
    expect(toJson(report)).toContain('"times": [1.5,2e-7,-3]');
  });
});

describe("options", () => {
  it("are checked", () => {
    expect(readOptions([]).rounds).toBe(5);
    expect(readOptions(["--quick"]).rounds).toBe(1);
    expect(readOptions(["--only", "^mlp"]).only.test("mlp-step-64")).toBe(true);
    expect(() => readOptions(["--rounds", "0"])).toThrow(/--rounds/);
    expect(() => readOptions(["--fast"])).toThrow(/fast/);
  });
});
