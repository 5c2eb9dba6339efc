// Values move out of engine memory and back, and nobody notices: a random program against plain arrays, and long holds.
import { describe, expect, it } from "vitest";
import { moveAllOut } from "../../src/engine/storage.js";
import * as torch from "../../src/index.js";
import { firstDifference, numbers } from "../support/compare.js";

/** A tensor and what it must be: float64, so that JavaScript's arithmetic is the same. */
interface Pair {
  tensor: torch.Tensor;
  shape: readonly number[];
  values: number[];
}

const SHAPES = [[], [1], [3], [7, 5], [40], [16, 17], [30, 20], [600], [50, 40], [5000], [120, 130]];

/** One random operation on tensors of a pool; returns what it changed or made. */
function step(pool: Pair[], random: () => number): Pair {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const a = pick(pool);
  const alike = pool.filter((p) => String(p.shape) === String(a.shape));
  const b = pick(alike);
  const n = Math.round(random() * 8) / 4 - 1;
  const made = (tensor: torch.Tensor, values: number[]): Pair => {
    const pair = { tensor, shape: tensor.shape, values };
    pool.push(pair);
    return pair;
  };
  const change = (values: number[]): Pair => {
    a.values.splice(0, a.values.length, ...values);
    return a;
  };
  switch (Math.floor(random() * 12)) {
    case 0:
      return made(
        a.tensor.add(b.tensor),
        a.values.map((v, i) => v + b.values[i]!),
      );
    case 1:
      return made(
        a.tensor.sub(n),
        a.values.map((v) => v - n),
      );
    case 2:
      return made(
        torch.maximum(a.tensor, b.tensor),
        a.values.map((v, i) => Math.max(v, b.values[i]!)),
      );
    case 3:
      return made(a.tensor.clone(), [...a.values]);
    case 4:
      a.tensor.mul_(n);
      return change(a.values.map((v) => v * n));
    case 5: {
      const other = [...b.values];
      a.tensor.copy_(b.tensor);
      return change(other);
    }
    case 6:
      a.tensor.fill_(n);
      return change(a.values.map(() => n));
    case 7:
      return made(
        a.tensor.relu(),
        a.values.map((v) => Math.max(v, 0)),
      );
    case 8: {
      if (a.shape.length === 0) return a;
      // A change through a view of the first row.
      const row = a.values.length / a.shape[0]!;
      a.tensor.select(0, 0).add_(n);
      return change(a.values.map((v, i) => (i < row ? v + n : v)));
    }
    case 9: {
      if (a.shape.length !== 2) return a;
      const [rows, columns] = a.shape as [number, number];
      a.tensor
        .t()
        .narrow(0, columns - 1, 1)
        .fill_(n);
      return change(a.values.map((v, i) => (i % columns === columns - 1 && i < rows * columns ? n : v)));
    }
    case 10:
      return made(
        a.tensor.lt(b.tensor).to(torch.float64),
        a.values.map((v, i) => Number(v < b.values[i]!)),
      );
    default: {
      const shape = pick(SHAPES);
      const values = Array.from({ length: shape.reduce((c, s) => c * s, 1) }, () => Math.round(random() * 100) / 8);
      return made(torch.tensor(Float64Array.from(values)).reshape(shape), values);
    }
  }
}

describe("a random program", () => {
  it.each([1, 2, 3])("gives what plain arrays give, seed %i", (seed) => {
    const random = numbers(seed);
    const pool: Pair[] = [];
    for (const shape of SHAPES) {
      const values = Array.from({ length: shape.reduce((c, s) => c * s, 1) }, () => Math.round(random() * 100) / 8);
      pool.push({ tensor: torch.tensor(Float64Array.from(values)).reshape(shape), shape, values });
    }
    const agree = (p: Pair, when: string) => {
      const wrong = firstDifference(p.tensor.toTypedArray(), p.values);
      expect(wrong, `${when}, shape [${p.shape}]: ${wrong}`).toBe(null);
    };
    for (let i = 0; i < 3000; i++) {
      const touched = step(pool, random);
      if (random() < 0.1) moveAllOut();
      // Fresh memory right away, so that a tensor on freed memory would be overwritten.
      if (random() < 0.3) torch.full([Math.ceil(random() * 3000)], -777);
      if (random() < 0.2) agree(touched, `step ${i}`);
      if (random() < 0.05) agree(pool[Math.floor(random() * pool.length)]!, `step ${i}, an old one`);
      if (pool.length > 150) pool.splice(Math.floor(random() * pool.length), 1);
    }
    for (const p of pool) agree(p, "at the end");
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
