// The safetensors format: a JSON header with names, types and shapes, then the raw values.
//
// Layout: 8 bytes little-endian length of the header, the header, the data (https://github.com/huggingface/safetensors).
import { DataError } from "../errors/index.js";
import { tensor } from "../ops/creation.js";
import { castTensor } from "../ops/elementwise.js";
import { reshape } from "../ops/views.js";
import { bool } from "../tensor/dtype.js";
import { sizeOf } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";
import { imageOf, tensorPart } from "./safetensors-image.js";

/** Headers longer than this are refused, as by the reference implementation. */
const MAXIMUM_HEADER = 100_000_000;

/** Types that can be read; int64 becomes int32 where its values fit. */
const READABLE: Record<string, { bytes: number; read: (data: ArrayBuffer, count: number) => Tensor }> = {
  F32: { bytes: 4, read: (data, n) => tensor(new Float32Array(data, 0, n)) },
  F64: { bytes: 8, read: (data, n) => tensor(new Float64Array(data, 0, n)) },
  I32: { bytes: 4, read: (data, n) => tensor(new Int32Array(data, 0, n)) },
  I64: { bytes: 8, read: (data, n) => tensor(Int32Array.from(new BigInt64Array(data, 0, n), narrowInteger)) },
  U8: { bytes: 1, read: (data, n) => tensor(new Uint8Array(data, 0, n)) },
  BOOL: { bytes: 1, read: (data, n) => castTensor(tensor(new Uint8Array(data, 0, n)), bool) },
};

function refuse(code: string, en: string, zh: string, received?: unknown): DataError {
  return new DataError(`safetensors-${code}`, { path: "safetensors.load", rule: { en, zh }, received });
}

function narrowInteger(value: bigint): number {
  if (value < -2147483648n || value > 2147483647n) {
    throw refuse(
      "int64",
      `the int64 value ${value} does not fit into int32`,
      `int64 值 ${value} 超出 int32 范围`,
      String(value),
    );
  }
  return Number(value);
}

/**
 * Tensors by name as the bytes of a safetensors file.
 *
 * @param metadata texts to keep in the header
 *
 * @example
 * writeFileSync("weights.safetensors", torch.safetensors.save(net.stateDict()));
 */
export function save(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  return imageOf(
    Object.entries(tensors).map(([name, x]) => tensorPart(name, x)),
    metadata,
  );
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false;
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  const naturals = (list: unknown): list is number[] =>
    Array.isArray(list) && list.every((v) => Number.isSafeInteger(v) && v >= 0);
  return typeof dtype === "string" && naturals(shape) && naturals(offsets) && offsets.length === 2;
}

/** The header as an object, and where the data begin. */
function readHeader(bytes: Uint8Array): { header: object; begin: number } {
  if (bytes.length < 8)
    throw refuse("short", `a file of ${bytes.length} bytes has no header`, `${bytes.length} 字节的文件没有文件头`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(MAXIMUM_HEADER) || length > BigInt(bytes.length - 8)) {
    throw refuse(
      "header-length",
      `the header is said to have ${length} bytes, the file has ${bytes.length}`,
      `文件头声称有 ${length} 字节，而文件只有 ${bytes.length} 字节`,
      String(length),
    );
  }
  const begin = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, begin)));
  } catch {
    throw refuse("header-json", "the header is not valid JSON", "文件头不是有效的 JSON");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw refuse("header-json", "the header is not a JSON object", "文件头不是 JSON 对象");
  }
  return { header, begin };
}

/**
 * The texts that a safetensors file keeps in its header.
 *
 * @throws DataError where the bytes are no safetensors file
 *
 * @example
 * torch.safetensors.metadata(readFileSync("weights.safetensors"));
 */
export function metadata(bytes: Uint8Array): Record<string, string> {
  const { __metadata__: texts } = readHeader(bytes).header as { __metadata__?: unknown };
  if (typeof texts !== "object" || texts === null) return {};
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => typeof text === "string"));
}

/**
 * Reads the bytes of a safetensors file.
 *
 * @throws DataError for anything that is not one: a short file, a broken or oversized header, offsets that overlap,
 *   leave gaps or leave the file, types that torchlet does not have
 */
export function load(bytes: Uint8Array): Record<string, Tensor> {
  const { header, begin } = readHeader(bytes);
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  const broken = entries.find(([, entry]) => !isEntry(entry));
  if (broken !== undefined) {
    throw refuse(
      "entry",
      `the entry of ${JSON.stringify(broken[0])} is malformed`,
      `${JSON.stringify(broken[0])} 的条目格式错误`,
      broken[1],
    );
  }
  const ordered = [...(entries as [string, Entry][])].sort((a, b) => a[1].data_offsets[0] - b[1].data_offsets[0]);
  const tensors = new Map<string, Tensor>();
  let end = 0;
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ] of ordered) {
    const kind = READABLE[dtype];
    if (kind === undefined)
      throw refuse(
        "dtype",
        `${name} has type ${dtype}, which is not supported`,
        `${name} 的类型 ${dtype} 不受支持`,
        dtype,
      );
    const count = sizeOf(shape);
    if (from !== end || to - from !== count * kind.bytes || begin + to > bytes.length) {
      throw refuse(
        "offsets",
        `${name} of shape [${shape.join(", ")}] cannot lie at bytes ${from} to ${to}`,
        `形状为 [${shape.join(", ")}] 的 ${name} 不可能位于字节 ${from} 到 ${to}`,
        [from, to],
      );
    }
    end = to;
    tensors.set(
      name,
      reshape(kind.read(new Uint8Array(bytes.subarray(begin + from, begin + to)).buffer, count), shape),
    );
  }
  if (begin + end !== bytes.length) {
    throw refuse(
      "length",
      `the tensors end at byte ${begin + end}, the file at byte ${bytes.length}`,
      `张量结束于字节 ${begin + end}，而文件结束于字节 ${bytes.length}`,
    );
  }
  return Object.fromEntries(entries.map(([name]) => [name, tensors.get(name)!]));
}
