// Steps that threads share: parameters of odd sizes and two types give the same bits for any number of threads.
import { afterAll, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const SIZES = [70_001, 3, 40_017, 1, 100_003];
const NAMES = ["SGD", "Adam", "Adagrad", "RMSprop", "Adadelta", "Adamax", "NAdam", "RAdam", "Rprop", "ASGD"] as const;

afterAll(() => torch.setNumThreads(1));

/** Starts a pool of this size and waits until it takes shares. */
async function threads(count: number): Promise<void> {
  torch.setNumThreads(count);
  const a = torch.ones(256, 256);
  for (let i = 0; i < 200; i++) {
    a.matmul(a);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function everything(): Map<string, ArrayLike<number>[]> {
  const { optim } = torch;
  const generator = new torch.Generator().manualSeed(1);
  const results = new Map<string, ArrayLike<number>[]>();
  for (const name of NAMES) {
    const parameters = SIZES.map((n, i) => {
      const dtype = i === 2 ? torch.float64 : torch.float32;
      const p = new torch.nn.Parameter(torch.randn(n, { dtype, generator }));
      p.grad = torch.randn(n, { dtype, generator });
      return p;
    });
    const Optimizer = (optim as unknown as Record<string, typeof optim.SGD>)[name]!;
    const optimizer = new Optimizer(parameters, name === "SGD" ? { momentum: 0.9, nesterov: true } : {});
    for (let t = 0; t < 3; t++) optimizer.step();
    results.set(
      name,
      parameters.map((p) => p.toTypedArray()),
    );
  }
  return results;
}

it("gives the same bits with 1, 2 and 3 threads", async () => {
  torch.setNumThreads(1);
  const alone = everything();
  for (const count of [2, 3]) {
    await threads(count);
    for (const [name, values] of everything()) {
      values.forEach((together, i) => {
        const first = Array.from(together).findIndex((v, j) => !Object.is(v, alone.get(name)![i]![j]));
        expect(first, `${name}, parameter ${i}, ${count} threads`).toBe(-1);
      });
    }
  }
});
