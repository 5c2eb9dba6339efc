// A random program on tensors beside the same on plain arrays: what must hold however memory is moved and taken back.
import { expect } from "vitest";
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

/**
 * Runs 3000 random operations on tensors that are held for a while, and expects what plain arrays give.
 *
 * @param disturb does to memory what may happen to it, after every operation
 */
export function runRandomProgram(seed: number, disturb: (random: () => number) => void): void {
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
    disturb(random);
    // Fresh memory right away, so that a tensor on freed memory would be overwritten.
    if (random() < 0.3) torch.full([Math.ceil(random() * 3000)], -777);
    if (random() < 0.2) agree(touched, `step ${i}`);
    if (random() < 0.05) agree(pool[Math.floor(random() * pool.length)]!, `step ${i}, an old one`);
    if (pool.length > 150) pool.splice(Math.floor(random() * pool.length), 1);
  }
  for (const p of pool) agree(p, "at the end");
}
