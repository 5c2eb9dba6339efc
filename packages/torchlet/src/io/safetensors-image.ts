// The bytes of a safetensors file, written in one pass: every value is copied once, from where it lives into the image.
import { addressOf, machine, movedOutBytes } from "../engine/index.js";
import { bool, type DType, float32, float64, int32, uint8 } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import type { Tensor } from "../tensor/tensor.js";

/** The format's names of types. */
export const FORMAT_NAMES: ReadonlyMap<DType, string> = new Map([
  [float32, "F32"],
  [float64, "F64"],
  [int32, "I32"],
  [uint8, "U8"],
  [bool, "BOOL"],
]);

/** One entry of a file: what the header says of it, and how its bytes are written. */
export interface Part {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly bytes: number;
  write(to: Uint8Array): void;
}

/** A tensor as a part. Its values are read when the image is written. */
export function tensorPart(name: string, x: Tensor): Part {
  const bytes = x.numel() * x.dtype.itemsize;
  return { name, dtype: x.dtype, shape: x.shape, bytes, write: (to) => copyValues(x, bytes, to) };
}

/** Copies the values in row-major order; those that lie so already, straight from engine memory. */
function copyValues(x: Tensor, bytes: number, to: Uint8Array): void {
  if (!x.dense) {
    const values = x.toTypedArray();
    to.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return;
  }
  const offset = x.storageOffset * x.dtype.itemsize;
  const host = movedOutBytes(x.storage);
  if (host !== null) to.set(host.subarray(offset, offset + bytes));
  else {
    const address = addressOf(x.storage) + offset;
    to.set(machine.u8.subarray(address, address + bytes));
  }
}

/**
 * The image of a file.
 *
 * @param metadata texts for the header, which begins with them
 * @param allocate memory of at least so many bytes, such as that of an earlier image
 */
export function imageOf(
  parts: readonly Part[],
  metadata: Readonly<Record<string, string>>,
  allocate: (bytes: number) => Uint8Array = (bytes) => new Uint8Array(bytes),
): Uint8Array {
  // The text is put together here: as an object's keys, names such as "0" and "__proto__" would not stay in their place.
  const entries = Object.keys(metadata).length === 0 ? [] : [`"__metadata__":${JSON.stringify(metadata)}`];
  // Wider types first, as the reference implementation orders them, so that all values are aligned.
  const ordered = [...parts].sort((a, b) => b.dtype.itemsize - a.dtype.itemsize || (a.name < b.name ? -1 : 1));
  let end = 0;
  for (const { name, dtype, shape, bytes } of ordered) {
    const entry = { dtype: FORMAT_NAMES.get(dtype), shape, data_offsets: [end, end + bytes] };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    end += bytes;
  }
  const text = new TextEncoder().encode(`{${entries.join(",")}}`);
  // The header is padded with spaces so that the data begin at a multiple of 8.
  const length = (text.length + 7) & ~7;
  const size = 8 + length + end;
  const image = allocate(size).subarray(0, size);
  new DataView(image.buffer, image.byteOffset).setBigUint64(0, BigInt(length), true);
  image.set(text, 8);
  image.fill(0x20, 8 + text.length, 8 + length);
  let at = 8 + length;
  for (const part of ordered) {
    part.write(image.subarray(at, at + part.bytes));
    at += part.bytes;
  }
  return image;
}
