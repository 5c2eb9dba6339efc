// The little of the protocol buffers format that an ONNX file takes: writing, field by field.
//
// A message is a sequence of fields: a key (field number and wire type) and a value (https://protobuf.dev/programming-guides/encoding).

const VARINT = 0;
const BYTES = 2;
const FIXED32 = 5;

/** Writes one message; nested messages are writers of their own. */
export class MessageWriter {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  private push(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.length += bytes.length;
  }

  private varint(value: number | bigint): void {
    // Negative numbers are written as 64-bit two's complement.
    let rest = BigInt.asUintN(64, BigInt(value));
    const bytes: number[] = [];
    do {
      const low = Number(rest & 0x7fn);
      rest >>= 7n;
      bytes.push(rest > 0n ? low | 0x80 : low);
    } while (rest > 0n);
    this.push(Uint8Array.from(bytes));
  }

  /** An integer, an enumeration value or a boolean. */
  int(field: number, value: number | bigint): this {
    this.varint((field << 3) | VARINT);
    this.varint(value);
    return this;
  }

  /** A repeated integer field. */
  ints(field: number, values: readonly number[]): this {
    for (const value of values) this.int(field, value);
    return this;
  }

  /** A 32-bit floating-point number. */
  float(field: number, value: number): this {
    this.varint((field << 3) | FIXED32);
    this.push(new Uint8Array(Float32Array.of(value).buffer));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.varint((field << 3) | BYTES);
    this.varint(value.length);
    this.push(value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  message(field: number, value: MessageWriter): this {
    return this.bytes(field, value.finish());
  }

  /** The message's bytes. */
  finish(): Uint8Array {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }
}
