// How a tensor looks when it is printed: as in PyTorch, to the character.
import { bool, getDefaultDtype, int32 } from "./dtype.js";
import { sizeOf } from "./shape.js";
import type { Tensor } from "./tensor.js";

/** Options of printing, with PyTorch's defaults. */
export interface PrintOptions {
  /** Digits after the point. Default: 4. */
  precision?: number;
  /** Elements beyond which only the edges are shown. Default: 1000. */
  threshold?: number;
  /** Elements shown at each edge. Default: 3. */
  edgeitems?: number;
  /** Characters a line. Default: 80. */
  linewidth?: number;
  /** Scientific notation always (true), never (false), or when the range of values asks for it (null). */
  sciMode?: boolean | null;
}

const settings: Required<PrintOptions> = { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80, sciMode: null };

/** Changes how tensors are printed. */
export function setPrintoptions(options: PrintOptions): void {
  Object.assign(settings, options);
}

/** Digits beyond the last one that is shown: a number that ends in a 5 and zeros up to there is a tie. */
const BEYOND = 25;

/** JavaScript rounds ties away from 0, Python to the even digit: 0.03125 is 0.0312. */
function roundTie(rounded: string, longer: string): string {
  const shown = longer.slice(0, -BEYOND).replace(/\.$/, "");
  return longer.endsWith(`5${"0".repeat(BEYOND - 1)}`) && "02468".includes(shown[shown.length - 1]!) ? shown : rounded;
}

/** 1.2e-05 as Python writes it: two digits of exponent at least. */
function scientific(value: number, digits: number): string {
  const [mantissa, exponent] = value.toExponential(digits).split("e") as [string, string];
  const [longer, same] = value.toExponential(digits + BEYOND).split("e") as [string, string];
  return `${exponent === same ? roundTie(mantissa, longer) : mantissa}e${exponent.replace(/^([+-])(\d)$/, "$10$2")}`;
}

function fixed(value: number, digits: number): string {
  // Beyond 10^21 JavaScript turns to exponents; such numbers are integers.
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}${digits > 0 ? `.${"0".repeat(digits)}` : ""}`;
  const text = roundTie(value.toFixed(digits), value.toFixed(digits + BEYOND));
  return Object.is(value, -0) && !text.startsWith("-") ? `-${text}` : text;
}

/** Decides the notation from all values that are shown, then writes each to the same width. */
class Formatter {
  private integers = true;
  private sci = false;
  private width = 1;

  constructor(
    values: readonly number[],
    private readonly floating: boolean,
    private readonly booleans: boolean,
  ) {
    if (!floating) {
      for (const v of values) this.width = Math.max(this.width, this.text(v).length);
      return;
    }
    // As in PyTorch zeros, infinities and NaN have no say in the width.
    const counted = values.filter((v) => Number.isFinite(v) && v !== 0);
    const finite = counted.map(Math.abs);
    if (finite.length === 0) return;
    const largest = Math.max(...finite);
    const smallest = Math.min(...finite);
    this.integers = finite.every((v) => v === Math.ceil(v));
    this.sci = largest / smallest > 1000 || largest > 1e8 || (!this.integers && smallest < 1e-4);
    if (settings.sciMode !== null) this.sci = settings.sciMode;
    for (const v of counted) this.width = Math.max(this.width, this.text(v).length);
  }

  private text(v: number): string {
    if (this.booleans) return v !== 0 ? "True" : "False";
    if (!this.floating) return String(v);
    if (Number.isNaN(v)) return "nan";
    if (!Number.isFinite(v)) return v > 0 ? "inf" : "-inf";
    if (this.sci) return scientific(v, settings.precision);
    return this.integers ? `${fixed(v, 0)}.` : fixed(v, settings.precision);
  }

  format(v: number): string {
    return this.text(v).padStart(this.width);
  }

  get elementWidth(): number {
    return this.width;
  }
}

/** Positions along a dimension that are shown; null stands for the dots. */
function shown(size: number, summarize: boolean): (number | null)[] {
  const { edgeitems } = settings;
  if (!summarize || size <= 2 * edgeitems) return Array.from({ length: size }, (_, i) => i);
  return [
    ...Array.from({ length: edgeitems }, (_, i) => i),
    null,
    ...Array.from({ length: edgeitems }, (_, i) => size - edgeitems + i),
  ];
}

/** The text of a tensor, as Python's `print` shows it. */
export function formatTensor(x: Tensor): string {
  const { shape, dtype } = x;
  const values = x.toTypedArray();
  const summarize = sizeOf(shape) > settings.threshold;
  const prefix = "tensor(";
  const indent = prefix.length;
  const visible: number[] = [];
  const collect = (d: number, base: number, stride: number) => {
    if (d === shape.length) {
      visible.push(values[base]!);
      return;
    }
    const inner = stride / shape[d]!;
    for (const i of shown(shape[d]!, summarize)) if (i !== null) collect(d + 1, base + i * inner, inner);
  };
  const count = sizeOf(shape);
  if (count > 0) collect(0, 0, count);
  const formatter = new Formatter(visible, dtype.isFloatingPoint, dtype === bool);

  const write = (d: number, base: number, stride: number, depth: number): string => {
    if (d === shape.length) return formatter.format(values[base]!).trimStart();
    const size = shape[d]!;
    if (size === 0) return "[]";
    const inner = stride / size;
    const positions = shown(size, summarize);
    if (d === shape.length - 1) {
      const perLine = Math.max(1, Math.floor((settings.linewidth - depth) / (formatter.elementWidth + 2)));
      const items = positions.map((i) => (i === null ? " ..." : formatter.format(values[base + i]!)));
      const lines: string[] = [];
      for (let i = 0; i < items.length; i += perLine) lines.push(items.slice(i, i + perLine).join(", "));
      return `[${lines.join(`,\n${" ".repeat(depth + 1)}`)}]`;
    }
    const parts = positions.map((i) => (i === null ? "..." : write(d + 1, base + i * inner, inner, depth + 1)));
    const separator = `,${"\n".repeat(shape.length - d - 1)}${" ".repeat(depth + 1)}`;
    return `[${parts.join(separator)}]`;
  };

  let text: string;
  const suffixes: string[] = [];
  if (count === 0) {
    text = "[]";
    if (shape.length !== 1) suffixes.push(`size=(${shape.join(", ")}${shape.length === 1 ? "," : ""})`);
    if (dtype !== getDefaultDtype()) suffixes.push(`dtype=${dtypeText(x)}`);
  } else {
    text = write(0, 0, count, indent);
    const obvious = dtype === getDefaultDtype() || dtype === int32 || dtype === bool;
    if (!obvious) suffixes.push(`dtype=${dtypeText(x)}`);
  }
  if (x.node !== null) suffixes.push(`grad_fn=<${x.node.name}>`);
  else if (x.requiresGrad) suffixes.push("requires_grad=True");

  let out = prefix + text;
  let lastLine = out.length - out.lastIndexOf("\n") + 1;
  for (const suffix of suffixes) {
    if (lastLine + suffix.length + 2 > settings.linewidth) {
      out += `,\n${" ".repeat(indent)}${suffix}`;
      lastLine = indent + suffix.length;
    } else {
      out += `, ${suffix}`;
      lastLine += suffix.length + 2;
    }
  }
  return `${out})`;
}

function dtypeText(x: Tensor): string {
  return x.dtype === int32 ? "torch.int64" : String(x.dtype);
}
