// Calls recorded with PyTorch (test/fixtures/record.py): the same call here, its results and its gradients.
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import * as torch from "../../src/index.js";
import { firstFar } from "./compare.js";

type Encoded = number | string | boolean | null | Encoded[] | { [key: string]: Encoded };

export interface Recorded {
  shape: number[];
  dtype: torch.DTypeName;
  values: (number | string | boolean)[];
  grad?: boolean;
}

export interface Case {
  op: string;
  args: Encoded[];
  options?: Record<string, Encoded>;
  out?: Encoded[];
  grads?: (Recorded | null)[];
  error?: boolean;
}

/** How far results may lie from PyTorch's, relative to them. */
export interface Tolerance {
  float32: number;
  float64: number;
  /** Near 0, absolute in float32; 10^-8 of it in float64. */
  absolute?: number;
  /** The same for gradients, which may cancel. */
  gradients?: Tolerance;
}

/** The data types by name. */
export const dtypes: Record<torch.DTypeName, torch.DType> = {
  float32: torch.float32,
  float64: torch.float64,
  int32: torch.int32,
  uint8: torch.uint8,
  bool: torch.bool,
};

/** A fixture's rows. */
export function fixture<T = Case>(name: string): T[] {
  const text = readFileSync(new URL(`../fixtures/${name}.jsonl`, import.meta.url), "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((row) => JSON.parse(row) as T);
}

const isRecorded = (v: unknown): v is Recorded => typeof v === "object" && v !== null && "shape" in v && "values" in v;

/** A recorded tensor. */
export function decodeTensor(v: Recorded): torch.Tensor {
  const x = torch.tensor(v.values.map(Number), { dtype: dtypes[v.dtype] }).reshape(v.shape);
  return v.grad ? x.requiresGrad_() : x;
}

function decode(v: Encoded, leaves: torch.Tensor[]): unknown {
  if (isRecorded(v)) {
    const x = decodeTensor(v);
    if (x.requiresGrad) leaves.push(x);
    return x;
  }
  if (Array.isArray(v)) return v.map((item) => decode(item, leaves));
  if (typeof v === "object" && v !== null) {
    if ("number" in v) return Number(v["number"]);
    if ("slice" in v) return torch.slice(...(v["slice"] as [number | null, number | null, number | null]));
    if ("dtype" in v) return dtypes[v["dtype"] as torch.DTypeName];
  }
  return v;
}

/** The function or method of this name. */
function lookup(name: string): (...args: unknown[]) => unknown {
  const scopes = [torch, torch.nn.functional] as unknown as Record<string, unknown>[];
  for (const scope of scopes) if (typeof scope[name] === "function") return scope[name] as () => unknown;
  return (self, ...rest) => {
    const method = (self as Record<string, unknown>)[name];
    if (typeof method !== "function") throw new Error(`there is no operation ${name}`);
    return method.call(self, ...rest);
  };
}

function difference(what: string, got: unknown, want: Encoded, tolerance: Tolerance): string | null {
  if (!isRecorded(want)) return Object.is(got, decode(want, [])) ? null : `${what}: got ${got}, want ${want}`;
  if (!(got instanceof torch.Tensor)) return `${what}: got ${got}, want a tensor`;
  if (got.dtype.name !== want.dtype) return `${what}: dtype ${got.dtype.name}, want ${want.dtype}`;
  if (String(got.shape) !== String(want.shape)) return `${what}: shape [${got.shape}], want [${want.shape}]`;
  const relative = want.dtype === "float64" ? tolerance.float64 : want.dtype === "float32" ? tolerance.float32 : 0;
  const expected = decodeTensor({ ...(want as Recorded), grad: false }).toTypedArray();
  const absolute = (tolerance.absolute ?? 0) * (want.dtype === "float64" ? 1e-8 : 1);
  const far = firstFar(got.toTypedArray(), expected, relative, absolute);
  return far === null ? null : `${what}: ${far}`;
}

/** Runs a case; what differs from PyTorch as a text, or null. */
export function check(c: Case, tolerance: Tolerance): string | null {
  const leaves: torch.Tensor[] = [];
  const call = () => {
    const args = c.args.map((a) => decode(a, leaves));
    const options = Object.entries(c.options ?? {}).map(([k, v]) => [k, decode(v, leaves)]);
    const result = lookup(c.op)(...args, ...(options.length > 0 ? [Object.fromEntries(options)] : []));
    return (Array.isArray(result) ? result : [result]) as unknown[];
  };
  if (c.error) {
    try {
      call();
    } catch (error) {
      return error instanceof torch.TorchletError ? null : `an error that is not ours: ${error}`;
    }
    return "no error, PyTorch has one";
  }
  const outs = call();
  const want = c.out!;
  if (outs.length !== want.length) return `${outs.length} results, want ${want.length}`;
  for (let i = 0; i < want.length; i++) {
    const d = difference(`result ${i}`, outs[i], want[i]!, tolerance);
    if (d !== null) return d;
  }
  if (c.grads === undefined) return null;
  const roots = outs.filter((o): o is torch.Tensor => o instanceof torch.Tensor && o.requiresGrad);
  if (roots.length === 0) return "no result requires a gradient";
  const weights = roots.map((o) => torch.arange(1, o.numel() + 1, { dtype: o.dtype }).reshape(o.shape));
  const grads = torch.autograd.grad(roots, leaves, { gradOutputs: weights, allowUnused: true });
  for (let i = 0; i < c.grads.length; i++) {
    const expected = c.grads[i]!;
    if (expected === null) continue;
    const d = difference(`gradient ${i}`, grads[i], expected as unknown as Encoded, tolerance.gradients ?? tolerance);
    if (d !== null) return d;
  }
  return null;
}

/** A short name of a case for test titles. */
export function title(c: Case): string {
  const show = (v: Encoded): string => {
    if (isRecorded(v)) return `${v.dtype}[${v.shape}]`;
    return JSON.stringify(v);
  };
  const options = Object.entries(c.options ?? {}).map(([k, v]) => `${k}=${show(v)}`);
  return `${c.op}(${[...c.args.map(show), ...options].join(", ")})`;
}

/** Expects no difference; one is shown whole. */
export function expectEqual(difference: string | null): void {
  expect(difference, difference ?? undefined).toBe(null);
}
