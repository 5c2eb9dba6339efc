// The table of the READMEs: the best of each implementation over its threads and modes, for a few cases.
import { digits } from "../stats.mjs";
import { table } from "./tables.mjs";

const COLUMNS = [
  { pattern: /^torchlet wasm/, en: "torchlet, own kernels", zh: "torchlet，自己的内核" },
  { pattern: /^torchlet blas/, en: "torchlet with a BLAS", zh: "torchlet 加 BLAS" },
  { pattern: /^pytorch/, en: "PyTorch", zh: "PyTorch" },
  { pattern: /^jax-js/, en: "jax-js", zh: "jax-js" },
  { pattern: /^tensorflow/, en: "TensorFlow.js", zh: "TensorFlow.js" },
];

const ROWS = [
  { name: "regression-step", zh: "线性回归的 SGD 一步，20 个特征，批量 10" },
  { name: "mlp-step-64", zh: "784-256-10 的 SGD 一步，批量 64" },
  { name: "mlp-step-256", zh: "784-256-10 的 SGD 一步，批量 256" },
  { name: "mlp-step-1024", zh: "784-256-10 的 SGD 一步，批量 1024" },
  { name: "dropout-step-256", zh: "带 dropout 的 784-256-256-10 的 SGD 一步，批量 256" },
  { name: "product-hidden", zh: "矩阵乘法 256x784x256" },
  { name: "exp-1e6", zh: "一百万个元素的 exp" },
  { name: "layerNorm-1e6", zh: "1000 行的层归一化，共一百万个元素" },
  { name: "epoch", zh: "Fashion-MNIST 一轮训练加评估" },
  { name: "cold-step", zh: "从导入到完成第一步（冷启动）" },
  { name: "memory-peak", zh: "训练 10 轮的内存峰值" },
];

/** @param language "en" or "zh" */
export function summaryTable({ results }, language) {
  const rows = ROWS.flatMap(({ name, zh }) => {
    const row = results.find((r) => r.case === name);
    return row === undefined ? [] : [{ ...row, text: language === "zh" ? zh : row.text }];
  });
  if (rows.length === 0) return null;
  return table(
    ["", ...COLUMNS.map((column) => column[language])],
    rows.map(({ text, unit, measured }) => [
      text,
      ...COLUMNS.map(({ pattern }) => {
        const found = Object.entries(measured).filter(([name]) => pattern.test(name));
        if (found.length === 0) return "-";
        const values = found.map(([, { best }]) => best);
        return `${digits(unit === "GFLOP/s" ? Math.max(...values) : Math.min(...values))} ${unit}`;
      }),
    ]),
  );
}
