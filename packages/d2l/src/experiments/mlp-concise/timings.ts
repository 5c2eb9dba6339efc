// How long things take: products whose sizes are powers of two, or not (F40); an epoch by hand and with layers.
import * as torch from "torchlet";
import type { Table } from "../../report/report.js";

/** Milliseconds of a product (rows, inner) by (inner, columns): the fastest of some calls. */
export function millisecondsOf(rows: number, inner: number, columns: number, calls: number): number {
  const [A, B] = [torch.randn(rows, inner), torch.randn(inner, columns)];
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i <= calls; i++) {
    const begun = performance.now();
    A.matmul(B);
    // The first call is there to warm up.
    if (i > 0) best = Math.min(best, performance.now() - begun);
  }
  return best;
}

/** The table of both questions: the layer of the book with widths about 256, and squares about 1024. */
export function widthsTable(calls = 10): Table {
  const layers = [255, 256, 257, 260].map((width) => [256, 784, width] as const);
  const squares = [1024, 1025, 1026, 1028, 1032].map((n) => [n, n, n] as const);
  return {
    caption: { en: "Matrix products about powers of two", zh: "2 的幂附近的矩阵乘法" },
    columns: [
      { en: "sizes", zh: "大小" },
      { en: "milliseconds", zh: "毫秒" },
      { en: "GFLOP/s", zh: "GFLOP/s" },
    ],
    rows: [...layers, ...squares].map(([rows, inner, columns]) => {
      const ms = millisecondsOf(rows, inner, columns, rows > 1000 ? Math.ceil(calls / 3) : calls);
      return [`${rows} x ${inner} x ${columns}`, ms.toFixed(3), ((2 * rows * inner * columns) / ms / 1e6).toFixed(1)];
    }),
  };
}

/** The seconds of an epoch in both forms. */
export function formsTable(seconds: readonly number[]): Table {
  const names = [
    { en: "from scratch", zh: "从零实现" },
    { en: "with layers", zh: "用层实现" },
  ];
  return {
    caption: { en: "One epoch of training, from the same weights", zh: "从相同的权重训练一轮" },
    columns: [
      { en: "form", zh: "实现方式" },
      { en: "seconds", zh: "秒" },
    ],
    rows: names.map((name, i) => [name, seconds[i]!.toFixed(2)]),
  };
}
