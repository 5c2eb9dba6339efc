// Threads: the same bits for any number of them, errors that surface, processes that end.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { Fn, instructions, machine } from "../../src/engine/index.js";
import * as torch from "../../src/index.js";
import { countCorrect } from "../../src/ops/accuracy.js";

/** Large enough for the pool to be used as soon as it is ready. */
const a = torch.randn(512, 300);
const b = torch.randn(300, 520);
const wide = torch.randn(600, 1001);
const million = torch.randn(1_000_010);
const labels = torch.randint(10, [600]);
const deep = torch.randn(40, 70, 31);

/** Results of the layers that are one instruction each way, with their gradients. */
function layers(): torch.Tensor[] {
  const F = torch.nn.functional;
  const draw = (...shape: number[]) =>
    torch.randn(shape, { generator: new torch.Generator().manualSeed(shape[0]!) }).requiresGrad_();
  const runs: [torch.Tensor, (x: torch.Tensor, w: torch.Tensor, b: torch.Tensor) => torch.Tensor][] = [
    [wide, (x, w, b) => F.layerNorm(x, [1001], w, b)],
    [wide.double(), (x, w, b) => F.layerNorm(x, [1001], w.double(), b.double())],
    [wide, (x, w) => F.rmsNorm(x, [1001], w)],
    [wide, (x, w, b) => F.batchNorm(x, null, null, w, b, { training: true })],
    [wide, (x, w, b) => F.batchNorm(x, w.detach(), w.detach().square(), w, b)],
    [deep, (x, w, b) => F.batchNorm(x, null, null, w, b, { training: true })],
    [wide, (x, w) => F.softmax(x.mul(w), 1)],
    [wide, (x, w) => F.logSoftmax(x.mul(w), 1)],
    [wide, (x) => F.crossEntropy(x, labels)],
    [wide, (x) => F.crossEntropy(x, labels, { reduction: "sum", ignoreIndex: 3 })],
    [wide, (x) => F.dropout(x, 0.3)],
  ];
  torch.manualSeed(2);
  return runs.flatMap(([values, f]) => {
    const x = values.clone().requiresGrad_();
    const [w, b] = [draw(values.shape[1]!), draw(values.shape[1]!)];
    const y = f(x, w, b);
    const g = torch.arange(y.numel(), { dtype: y.dtype }).reshape(y.shape).sin();
    y.backward(y.ndim === 0 ? undefined : g);
    return [y.detach(), ...[x, w, b].map((t) => t.grad ?? torch.zeros(1))];
  });
}
const long = torch.randn(5, 20_000);
const head = torch.randn(20_000, 10);
const row = torch.randn(1, 3000);
const rows = torch.randn(301, 3000);

/** Every kind of instruction that threads share, with sizes that do not divide evenly. */
function everything(): ArrayLike<number>[] {
  const weights = torch.ones(700, 301, { requiresGrad: true });
  weights.grad = torch
    .arange(700 * 301, { dtype: torch.float32 })
    .reshape(700, 301)
    .div(1e5);
  const optimizer = new torch.optim.SGD([weights], { lr: 0.3, momentum: 0.9, weightDecay: 0.01 });
  optimizer.step();
  optimizer.step();
  return [
    a.matmul(b),
    b.t().matmul(a.t()),
    wide.matmul(torch.ones(1001, 10)),
    a.double().matmul(b.double()),
    torch.ones(3, 200, 300).matmul(b),
    // Shares of four rows and one, of a single row, of a last panel that is not whole; sums in several blocks.
    long.matmul(head),
    long.double().matmul(head.double()),
    head.t().matmul(long.t()),
    row.matmul(rows.t()),
    row.double().matmul(rows.double().t()),
    rows.matmul(row.t()),
    wide.t().matmul(wide.narrow(1, 5, 11)),
    wide.exp(),
    wide.add(torch.arange(1001)),
    wide.t().mul(2),
    wide.sum(1),
    wide.sum(0),
    wide.max(1)[0],
    torch.softmax(wide, 1),
    torch.logSoftmax(wide.double(), 0),
    torch.nn.functional.crossEntropy(wide.narrow(1, 0, 10), labels, { reduction: "none" }),
    torch.utils.data.gatherRows(wide, torch.randperm(600, { generator: new torch.Generator().manualSeed(0) })),
    weights.detach(),
    countCorrect(wide, labels),
    ...layers(),
    million.sum(),
    million.mean(),
    million.max(),
    million.argmin(),
    million.double().sum(),
    million.prod(),
    million.reshape(-1, 10).sum(0),
    million.reshape(-1, 10).amax(0),
    million.reshape(-1, 10).sum(1),
    wide.max(0)[1],
    wide.t().contiguous(),
    wide.ge(0),
    torch.where(wide.gt(0), wide, 0),
    wide.add(wide.narrow(1, 0, 1)),
    wide.mul(100).to(torch.uint8),
    wide.sin(),
    wide.erf(),
    wide.abs().pow(1.7),
    wide.double().tanh(),
  ].map((t) => t.toTypedArray());
}

/** Starts a pool of this size and waits until it takes shares. */
async function threads(count: number): Promise<void> {
  torch.setNumThreads(count);
  for (let i = 0; i < 200; i++) {
    a.matmul(b);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

afterAll(() => torch.setNumThreads(1));

describe("threads", () => {
  it("give the same bits, whatever their number", async () => {
    torch.setNumThreads(1);
    const alone = everything();
    for (const count of [2, 3, 5]) {
      await threads(count);
      const together = everything();
      together.forEach((values, i) => {
        const first = Array.from(values).findIndex((v, j) => !Object.is(v, alone[i]![j]));
        expect(first, `result ${i} with ${count} threads differs at ${first}`).toBe(-1);
      });
    }
  });

  it("report an error of another thread in the call that caused it, and recover", async () => {
    await threads(2);
    const x = torch.ones(1_000_000);
    // The second half of the result lies behind the end of memory: only the other thread's share traps.
    const beyond = machine.u8.byteLength - 3_000_000;
    const run = () => instructions.mapOne(Fn.copy, 0, 1_000_000, x.address(), 0, beyond, 0);
    expect(run).toThrowError(expect.objectContaining({ name: "EngineError", code: "thread-failed" }));
    expect(x.add(1).sum().item()).toBe(2_000_000);
    await threads(2);
    expect(x.add(2).sum().item()).toBe(3_000_000);
  });

  it("refuse numbers that are none", () => {
    for (const count of [0, 1.5, -1, 17, Number.NaN]) {
      expect(() => torch.setNumThreads(count)).toThrowError(expect.objectContaining({ code: "num-threads" }));
    }
    torch.setNumThreads(2);
    expect(torch.getNumThreads()).toBe(2);
    expect(torch.engineInfo().threads).toBe(2);
  });

  it("do not keep a process alive, and follow TORCHLET_NUM_THREADS", async () => {
    const entry = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
    const script = `
      const torch = await import(${JSON.stringify(entry)});
      const a = torch.ones(400, 400);
      for (let i = 0; i < 100; i++) { a.matmul(a); await new Promise((r) => setTimeout(r, 2)); }
      console.log(torch.getNumThreads(), a.matmul(a).sum().item());`;
    const env = { ...process.env, TORCHLET_NUM_THREADS: "3" };
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env });
    expect(stdout.trim()).toBe("3 64000000");
  });
});
