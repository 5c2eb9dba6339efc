// The clinic: every patient falls ill and is cured; the log tells an explosion from another NaN.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { firstOperation, lostWeights, unattended, watched } from "../../src/experiments/nan-clinic/examine.js";
import { readLog } from "../../src/experiments/nan-clinic/layer-log.js";
import { naiveSoftmax, patients, shiftedSoftmax } from "../../src/experiments/nan-clinic/patients.js";
import { nanClinic } from "../../src/experiments/nan-clinic.js";
import { runQuickly } from "./runs.js";

const run = (options: Readonly<Record<string, unknown>>, signal?: AbortSignal) =>
  runQuickly(nanClinic, options, undefined, signal);

describe("nan-clinic", () => {
  it("holds all its claims, with all its figures", async () => {
    const { report, result } = await run({});
    expect(result.checks.map(({ id, ok, actual }) => [id, ok, ok ? "" : actual])).toEqual(
      Object.keys(nanClinic.claims).map((id) => [id, true, ""]),
    );
    expect([...report.figures.keys()]).toEqual(["patients", "limits", "log"]);
    const log = report.figures.get("log")!;
    if (log.kind !== "plot") throw new Error("no plot");
    expect(log.panels.map(({ ylabel, yscale }) => [ylabel, yscale])).toEqual([
      ["max |activation|", "log"],
      ["max |activation|", "log"],
      ["max |gradient|", "log"],
      ["max |gradient|", "log"],
    ]);
    for (const { series } of log.panels) expect(series.map(({ label }) => label)).toEqual(["h1", "h2", "h3", "out"]);
    expect(Object.values(result.metrics).every(Number.isFinite)).toBe(true);
  });

  it("looks at one patient alone, with its check alone", async () => {
    const { report, result } = await run({ patient: "division", epochs: 5 });
    expect(result.checks.map(({ id }) => id)).toEqual(["division"]);
    expect([...report.figures.keys()]).toEqual(["patients"]);
  });

  it("stops when it is told to, and checks nothing that it did not finish", async () => {
    const { result } = await run({}, AbortSignal.abort());
    expect(result.checks).toEqual([]);
    expect(result.interrupted).toBe(true);
  });
});

describe("an examination", () => {
  it("tells a healthy training from a sick one", async () => {
    const healthy = () => {
      torch.manualSeed(1);
      return patients.data.cures[0].cured();
    };
    expect(firstOperation(healthy(), 2)).toEqual({ operation: "", layer: "" });
    const alone = unattended(healthy(), 2);
    expect(alone.lost).toBe(0);
    expect(alone.losses).toHaveLength(16);
    const same = healthy();
    const history = await watched(same, 2);
    expect(history.diagnosis).toBeNull();
    expect(history.stepLosses).toEqual(alone.losses);
    torch.noGrad(() => same.net.parameters()[0]!.fill_(Number.NaN));
    expect(lostWeights(same.net)).toBeCloseTo(640 / 769, 6);
  });

  it("finds that a masked NaN leaves the loss finite", () => {
    torch.manualSeed(0);
    const { losses, lost } = unattended(patients.masked.sick(), 2);
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(lost).toBe(1);
  });
});

describe("softmax by hand", () => {
  it("is softmax where nothing overflows", () => {
    const o = torch.tensor([[1, 2, 3]]);
    for (const softmax of [naiveSoftmax, shiftedSoftmax]) {
      for (const [i, p] of (softmax(o).tolist() as number[][])[0]!.entries())
        expect(p).toBeCloseTo([0.0900306, 0.244728, 0.665241][i]!, 6);
    }
    expect(shiftedSoftmax(torch.tensor([[200, 0]])).tolist()).toEqual([[1, 0]]);
  });
});

describe("a log", () => {
  const step = (size: number | null) => ({ loss: 1, activations: [1, size], gradients: [size, 0.1] });
  it("knows growth, and what comes first", () => {
    const flat = Array.from({ length: 20 }, () => step(2));
    expect(readLog([...flat, step(null)])).toEqual({ steps: 21, grewLast: 1, grewAtAll: 1, apart: 0 });
    const grown = readLog([...flat, step(1e5), step(1e9), step(null)]);
    expect(grown).toMatchObject({ steps: 23, grewLast: 5e8, apart: 0 });
  });
});
