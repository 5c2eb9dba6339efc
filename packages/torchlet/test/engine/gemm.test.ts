// The matrix product's kernels against a plain float64 reference: awkward sizes, both transposes, epilogues, canaries.
import { describe, expect, it } from "vitest";
import { firstDifference } from "../support/compare.js";
import { type Engine, loadEngine, tiers } from "../support/tiers.js";

const SIZES = [0, 1, 3, 5, 7, 10, 17, 129];
/** Floats around every matrix; those around the operands are NaN, so that a read that counts shows. */
const MARGIN = 24;
const CANARY = 12345;

interface Product {
  m: number;
  n: number;
  k: number;
  /** Row and column stride of each operand; by default row-major. */
  a?: [number, number];
  b?: [number, number];
  /** Elements between two rows of the result. Default: n. */
  ldc?: number;
  alpha?: number;
  beta?: number;
  bias?: boolean;
  relu?: boolean;
  batch?: number;
  batchB?: number;
  /** Numbers that take the place of the first elements of rows of A: the first row, the second, ... */
  special?: readonly number[];
}

/** The sums of a product, from copies of the operands: a loop over plain arrays, since it runs some 10^9 times. */
function reference(a: Float64Array, b: Float64Array, p: Required<Pick<Product, "m" | "n" | "k" | "a" | "b">>) {
  const { m, n, k } = p;
  const [rsA, csA] = p.a;
  const [rsB, csB] = p.b;
  const sums = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let s = 0; s < k; s++) {
      const x = a[i * rsA + s * csA]!;
      for (let j = 0, at = s * rsB, to = i * n; j < n; j++, at += csB, to++) sums[to]! += x * b[at]!;
    }
  }
  return sums;
}

/** Runs products of small integers, which every order of additions gives exactly, in one region of engine memory. */
function bench(engine: Engine, dtype: 0 | 1) {
  const shift = dtype === 0 ? 2 : 3;
  const base = engine.allocateChunk(24 * 1024 * 1024);
  const heap = dtype === 0 ? engine.machine.f32 : engine.machine.f64;
  let state = 1;
  const small = () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return ((state >> 16) % 9) - 4;
  };

  return (p: Product): string | null => {
    const { m, n, k, ldc = n, alpha = 1, beta = 0, batch = 1 } = p;
    const [rsA, csA] = p.a ?? [k, 1];
    const [rsB, csB] = p.b ?? [n, 1];
    const reach = (rows: number, columns: number, rs: number, cs: number) =>
      rows === 0 || columns === 0 ? 0 : (rows - 1) * rs + (columns - 1) * cs + 1;
    const sizeA = reach(m, k, rsA, csA);
    const sizeB = reach(k, n, rsB, csB);
    const sizeC = reach(m, n, ldc, 1);
    const batchB = p.batchB ?? sizeB;
    let at = (base >> shift) + MARGIN;
    const reserve = (size: number) => {
      const here = at;
      at += size + MARGIN;
      return here;
    };
    const a = reserve(sizeA * batch);
    const b = reserve(sizeB + batchB * (batch - 1));
    const bias = reserve(n);
    const c = reserve(sizeC * batch);
    const all = heap.subarray(base >> shift, at);
    all.fill(NaN);
    const write = (from: number, count: number) => {
      for (let i = 0; i < count; i++) heap[from + i] = small();
    };
    write(a, sizeA * batch);
    write(b, sizeB + batchB * (batch - 1));
    write(bias, n);
    p.special?.slice(0, m).forEach((value, i) => {
      heap[a + i * rsA] = value;
    });
    // With beta = 0 the old result must not matter, NaN included; the gaps between rows are canaries.
    heap.fill(CANARY, c - MARGIN, c + sizeC * batch + MARGIN);
    const want = Float64Array.from(heap.subarray(c - MARGIN, c + sizeC * batch + MARGIN));
    for (let q = 0; q < batch; q++) {
      const operandA = Float64Array.from(heap.subarray(a + q * sizeA, a + (q + 1) * sizeA));
      const operandB = Float64Array.from(heap.subarray(b + q * batchB, b + q * batchB + sizeB));
      const sums = reference(operandA, operandB, { m, n, k, a: [rsA, csA], b: [rsB, csB] });
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          const place = c + q * sizeC + i * ldc + j;
          const before = beta === 0 ? NaN : small();
          heap[place] = before;
          let v = alpha * sums[i * n + j]! + (beta === 0 ? 0 : beta * before);
          if (p.bias) v += heap[bias + j]!;
          if (p.relu) v = Math.max(v, 0); // NaN stays NaN here, too.
          want[MARGIN + place - c] = v;
        }
      }
    }
    const bytes = (index: number) => index << shift;
    engine.instructions.gemm(
      dtype,
      m,
      n,
      k,
      bytes(a),
      rsA,
      csA,
      bytes(b),
      rsB,
      csB,
      bytes(c),
      ldc,
      p.bias ? bytes(bias) : 0,
      p.relu ? engine.Activation.relu : engine.Activation.none,
      alpha,
      beta,
      batch,
      sizeA,
      batchB,
      sizeC,
    );
    const wrong = firstDifference(heap.subarray(c - MARGIN, c + sizeC * batch + MARGIN), want);
    return wrong === null ? null : `${JSON.stringify(p)}: ${wrong}`;
  };
}

for (const tier of tiers) {
  for (const dtype of [0, 1] as const) {
    describe(`gemm, ${dtype === 0 ? "float32" : "float64"}, ${tier}`, async () => {
      const run = bench(await loadEngine(tier), dtype);

      it("is right for all sizes and both transposes", () => {
        const failures: string[] = [];
        for (const m of SIZES)
          for (const n of SIZES)
            for (const k of SIZES)
              for (const a of [[k, 1] as [number, number], [1, m] as [number, number]])
                for (const b of [[n, 1] as [number, number], [1, k] as [number, number]]) {
                  const wrong = run({ m, n, k, a, b });
                  if (wrong !== null) failures.push(wrong);
                }
        expect(failures).toEqual([]);
      });

      it.each([255, 256, 257, 511, 512, 513, 770, 1025])("is right for depth %i, which crosses blocks", (k) => {
        for (const m of [1, 2, 4, 9, 13, 17]) {
          for (const n of [1, 4, 8, 10, 13, 34]) {
            for (const beta of [0, 0.5]) {
              const epilogue = { beta, bias: true, relu: true };
              expect(run({ m, n, k, ...epilogue })).toBe(null);
              expect(run({ m, n, k, a: [1, m], b: [1, k], ...epilogue })).toBe(null);
            }
          }
        }
      });

      it.each([511, 512, 513, 1023, 1024, 1025, 1032, 2050])("is right for %i columns, which cross blocks", (n) => {
        for (const m of [1, 8, 9]) {
          for (const k of [1, 5, 260]) {
            expect(run({ m, n, k, bias: true })).toBe(null);
            expect(run({ m, n, k, b: [1, k], relu: true })).toBe(null);
          }
        }
      });

      it.each([95, 96, 97, 101, 193, 289])("is right for %i rows, which cross blocks", (m) => {
        for (const n of [1, 7, 40]) {
          for (const k of [3, 40, 300]) {
            expect(run({ m, n, k })).toBe(null);
            expect(run({ m, n, k, a: [1, m], bias: true })).toBe(null);
          }
        }
      });

      it("takes strided, expanded and reversed-order operands", () => {
        for (const m of [1, 3, 5, 17]) {
          for (const n of [1, 3, 9, 33]) {
            for (const k of [1, 4, 7, 40]) {
              expect(run({ m, n, k, a: [2 * k + 1, 2], b: [3 * n, 3] })).toBe(null);
              expect(run({ m, n, k, a: [2, 2 * m + 1], b: [2, 2 * k] })).toBe(null);
              expect(run({ m, n, k, a: [0, 1], b: [0, 1] })).toBe(null);
              expect(run({ m, n, k, a: [1, 0], b: [1, 0] })).toBe(null);
              expect(run({ m, n, k, a: [0, 0], b: [0, 0] })).toBe(null);
            }
          }
        }
      });

      it("applies alpha, beta, bias and relu, in that order, and leaves the gaps between rows alone", () => {
        for (const alpha of [1, 0, -2, 0.5])
          for (const beta of [0, 1, -0.5])
            for (const bias of [false, true])
              for (const relu of [false, true])
                for (const [m, n, k] of [
                  [1, 1, 1],
                  [5, 1, 9],
                  [1, 9, 5],
                  [6, 11, 13],
                  [9, 20, 0],
                  [3, 6, 300],
                ] as const) {
                  expect(run({ m, n, k, alpha, beta, bias, relu, ldc: n + 3 })).toBe(null);
                  expect(run({ m, n, k, a: [1, m], b: [1, k], alpha, beta, bias, relu })).toBe(null);
                }
      });

      it("is right for every height of tiles and every width of the last panel", () => {
        for (let m = 1; m <= 26; m++) {
          for (let n = 1; n <= 27; n++) {
            for (const beta of [0, 1]) {
              const epilogue = { beta, bias: true, relu: m % 2 === 0 };
              expect(run({ m, n, k: 6, ...epilogue })).toBe(null);
              expect(run({ m, n, k: 5, a: [1, m], b: [1, 5], ...epilogue })).toBe(null);
              expect(run({ m, n: n + 32, k: 9, a: [1, m], ...epilogue })).toBe(null);
            }
          }
        }
      });

      it("runs batches, also with one matrix for all", () => {
        for (const [m, n, k] of [
          [3, 5, 7],
          [1, 10, 4],
          [4, 1, 6],
          [17, 9, 2],
        ] as const) {
          expect(run({ m, n, k, batch: 5 })).toBe(null);
          expect(run({ m, n, k, batch: 5, batchB: 0 })).toBe(null);
          expect(run({ m, n, k, batch: 0 })).toBe(null);
        }
      });

      it("lets NaN and infinities reach the results that read them, through relu, and no others", () => {
        for (const [m, n, k] of [
          [3, 5, 4],
          [20, 21, 33],
          [14, 10, 600],
          [1, 300, 20],
          [9, 1, 20],
        ] as const) {
          for (const b of [
            [n, 1],
            [1, k],
          ] as [number, number][]) {
            expect(run({ m, n, k, b, bias: true, relu: true, special: [NaN, Infinity, -Infinity] })).toBe(null);
          }
        }
      });
    });
  }
}
