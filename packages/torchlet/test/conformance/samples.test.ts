// PyTorch 2.13's own operator samples: forward values and gradients of every operator, as a user would call it.
//
// A line of opinfo.jsonl.gz is one call: operator, arguments, keyword arguments, results, gradients.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

interface RecordedTensor {
  readonly $tensor: number[];
  readonly dtype: string;
  readonly data: string;
  readonly requiresGrad?: boolean;
}
interface Sample {
  readonly op: string;
  readonly variant: string;
  readonly i: number;
  readonly args: unknown[];
  readonly kwargs: Record<string, unknown>;
  readonly out: (RecordedTensor | number | boolean | null)[];
  readonly gradOutputs?: RecordedTensor[];
  readonly grads?: (RecordedTensor | null)[];
}
type Callable = (...args: unknown[]) => unknown;

const file = fileURLToPath(new URL("opinfo.jsonl.gz", import.meta.url));
const samples = gunzipSync(readFileSync(file))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Sample);

/** index_add -> indexAdd; the types that torchlet does not have map to int32. */
const camel = (name: string) =>
  name.replace(/(?<=[A-Za-z0-9])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const dtypeName = (name: string) => (/^int(64|16|8)$/.test(name) ? "int32" : name);
const dtypes = torch as unknown as Record<string, torch.DType>;
const READERS: Record<string, (buffer: ArrayBuffer) => torch.TypedArray> = {
  float32: (b) => new Float32Array(b),
  float64: (b) => new Float64Array(b),
  int64: (b) => Int32Array.from(new BigInt64Array(b), (v) => Number(BigInt.asIntN(32, v))),
  int32: (b) => new Int32Array(b),
  int16: (b) => Int32Array.from(new Int16Array(b)),
  int8: (b) => Int32Array.from(new Int8Array(b)),
  uint8: (b) => new Uint8Array(b),
  bool: (b) => new Uint8Array(b),
};

function valuesOf(recorded: RecordedTensor): torch.TypedArray {
  const bytes = Uint8Array.from(Buffer.from(recorded.data, "base64"));
  return READERS[recorded.dtype]!(bytes.buffer);
}

/** An argument as it was given; leaves are collected in order. */
function decode(value: unknown, leaves: torch.Tensor[]): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map((item) => decode(item, leaves));
  if (typeof value !== "object") return value;
  if ("$tensor" in value) {
    const recorded = value as RecordedTensor;
    const tensor = torch
      .tensor(valuesOf(recorded), { dtype: dtypes[dtypeName(recorded.dtype)]! })
      .reshape(recorded.$tensor);
    if (recorded.requiresGrad) leaves.push(tensor.requiresGrad_(true));
    return tensor;
  }
  if ("$float" in value) return { inf: Infinity, "-inf": -Infinity, nan: Number.NaN }[value.$float as string];
  if ("$dtype" in value) return dtypes[dtypeName(value.$dtype as string)];
  if ("$slice" in value) return torch.slice(...(value.$slice as (number | null)[]));
  return "$ellipsis" in value ? "..." : value;
}

/** torch.name where there is such a function, else the method or property of the first argument. */
function call(op: string, args: unknown[], kwargs: Record<string, unknown>): unknown {
  const options = Object.fromEntries(Object.entries(kwargs).map(([name, value]) => [camel(name), value]));
  const rest = Object.keys(options).length > 0 ? [options] : [];
  const path = op.split(".").map(camel);
  const found = path.reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], torch);
  if (typeof found === "function") return (found as Callable)(...args, ...rest);
  const [self, ...more] = args;
  const member = (self as Record<string, unknown>)[camel(op)];
  return typeof member === "function" ? (member as Callable).call(self, ...more, ...rest) : member;
}

function expectClose(actual: unknown, want: Sample["out"][number], what: string, rtol: number, atol: number): void {
  if (want === null || typeof want !== "object") {
    expect(actual, what).toBe(want);
    return;
  }
  const tensor = actual as torch.Tensor;
  expect([...tensor.shape], `${what}: shape`).toEqual(want.$tensor);
  const values = tensor.toTypedArray();
  const wanted = valuesOf(want);
  for (let i = 0; i < wanted.length; i++) {
    const x = Number(values[i]);
    const y = Number(wanted[i]);
    if (x === y || (Number.isNaN(x) && Number.isNaN(y)) || Math.abs(x - y) <= atol + rtol * Math.abs(y)) continue;
    expect.fail(`${what}: element ${i} is ${x}, should be ${y}`);
  }
}

function check(sample: Sample): void {
  const leaves: torch.Tensor[] = [];
  const args = decode(sample.args, leaves) as unknown[];
  const kwargs = Object.fromEntries(
    Object.entries(sample.kwargs).map(([name, value]) => [name, decode(value, leaves)]),
  );
  const result = call(sample.op, args, kwargs);
  const isList = Array.isArray(result);
  const outs = isList
    ? result
    : result instanceof torch.Tensor || typeof result !== "object"
      ? [result]
      : Object.values(result as object);
  const label = `${sample.op} ${sample.variant}#${sample.i}`;
  sample.out.forEach((want, i) => {
    expectClose(outs[i], want, `${label}, result ${i}`, 1e-4, 1e-5);
  });
  if (sample.grads === undefined) return;
  const differentiable = outs.filter(
    (_, i) => (sample.out[i] as RecordedTensor | null)?.requiresGrad,
  ) as torch.Tensor[];
  const gradOutputs = sample.gradOutputs!.map((g) => decode(g, []) as torch.Tensor);
  const gradients = torch.autograd.grad(differentiable, leaves, { gradOutputs, allowUnused: true });
  sample.grads.forEach((want, i) => {
    if (want !== null) expectClose(gradients[i], want, `${label}, gradient ${i}`, 1e-3, 1e-4);
  });
}

const byOperator = new Map<string, Sample[]>();
for (const sample of samples) byOperator.set(sample.op, [...(byOperator.get(sample.op) ?? []), sample]);

describe("PyTorch's samples", () => {
  it("are all here", () => {
    expect([samples.length, byOperator.size]).toEqual([2081, 293]);
  });

  it.each([...byOperator.keys()])("%s", (op) => {
    for (const sample of byOperator.get(op)!) check(sample);
  });
});
