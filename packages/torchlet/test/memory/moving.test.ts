// Values move out of engine memory and back, and nobody notices: a random program against plain arrays, and long holds.
import { describe, expect, it } from "vitest";
import { moveAllOut } from "../../src/engine/storage.js";
import * as torch from "../../src/index.js";
import { runRandomProgram } from "./random-program.js";

describe("a random program", () => {
  it.each([1, 2, 3])("gives what plain arrays give, seed %i", (seed) => {
    runRandomProgram(seed, (random) => {
      if (random() < 0.1) moveAllOut();
    });
  });
});

describe("tensors that are held", () => {
  const SIZES = [1, 5, 60, 65, 300, 1000, 1025, 5000, 40_000, 200_000];

  it("keep their values while gigabytes pass by", () => {
    const held = Array.from({ length: 300 }, (_, i) => torch.full([SIZES[i % SIZES.length]!], i));
    const views = held.map((t) => t.narrow(0, Math.floor(t.numel() / 2), 1));
    let passed = 0;
    while (passed < 2.5e9) {
      const count = SIZES[Math.floor(passed / 1e6) % SIZES.length]! * 4;
      torch.zeros(count).add(1);
      passed += count * 8;
      if (count < 1000) passed += 20_000;
    }
    held.forEach((t, i) => {
      expect(t.min().item(), `tensor ${i}`).toBe(i);
      expect(t.max().item(), `tensor ${i}`).toBe(i);
      expect(views[i]!.item(), `view ${i}`).toBe(i);
    });
    expect(torch.memory().engine).toBeLessThan(1e8);
  });

  it("can be changed in place and be part of graphs after they moved out", () => {
    for (const size of SIZES) {
      const x = torch.full([size], 2);
      const weight = torch.full([size], 3, { dtype: torch.float32, requiresGrad: true });
      const y = weight.mul(x.to(torch.float32));
      const z = y.square();
      moveAllOut();
      x.add_(5);
      expect(x.max().item()).toBe(7);
      moveAllOut();
      z.sum().backward();
      moveAllOut();
      expect(weight.grad!.min().item()).toBe(24);
      torch.noGrad(() => weight.sub_(weight.grad!));
      moveAllOut();
      expect(weight.max().item()).toBe(-21);
      expect(y.min().item()).toBe(6);
      expect(z.narrow(0, 0, 1).item()).toBe(36);
    }
  });

  it("are read in every type where they lie after they moved out", () => {
    for (const dtype of [torch.float32, torch.float64, torch.int32, torch.uint8, torch.bool]) {
      const x = torch.tensor(
        [
          [1, 0, 1],
          [0, 1, 1],
        ],
        { dtype },
      );
      const wanted = x.tolist();
      moveAllOut();
      expect(x.tolist()).toEqual(wanted);
      expect(x.t().tolist()).toEqual([0, 1, 2].map((i) => (wanted as number[][]).map((row) => row[i]!)));
      expect(x.select(1, 2).select(0, 0).item()).toBe(1);
    }
  });

  it("as parameters, optimizer state, generators and data sets do their work wherever they are", () => {
    const run = (disturb: () => void) => {
      torch.manualSeed(7);
      const net = new torch.nn.Sequential(new torch.nn.Linear(20, 30), new torch.nn.ReLU(), new torch.nn.Linear(30, 3));
      const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9, nesterov: true });
      const { DataLoader, TensorDataset } = torch.utils.data;
      const data = new TensorDataset(torch.randn(200, 20), torch.randint(0, 3, [200]));
      for (const [x, y] of new DataLoader(data, { batchSize: 32, shuffle: true })) {
        disturb();
        const loss = torch.nn.functional.crossEntropy(net(x!), y!);
        disturb();
        optimizer.zeroGrad();
        loss.backward();
        disturb();
        optimizer.step();
      }
      return net.parameters().flatMap((p) => [...p.toTypedArray()]);
    };
    expect(run(moveAllOut)).toEqual(run(() => {}));
  });
});
