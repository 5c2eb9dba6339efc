// Bytes that arrive piece by piece become a tensor without ever being whole in JavaScript.
import { machine, releaseStorage, tenure } from "../engine/index.js";
import { ValueError } from "../errors/index.js";
import { uint8 } from "../tensor/dtype.js";
import { emptyTensor, type Tensor } from "../tensor/tensor.js";

/**
 * Collects a known number of bytes in engine memory: data sets are read this way, so that their bytes exist once.
 *
 * @example
 * const writer = new ByteWriter(4);
 * writer.write(Uint8Array.of(1, 2));
 * writer.write(Uint8Array.of(3, 4));
 * writer.finish(); // tensor([1, 2, 3, 4], dtype=uint8)
 */
export class ByteWriter {
  private readonly target: Tensor;
  private at = 0;

  constructor(readonly length: number) {
    this.target = emptyTensor([length], uint8);
    tenure(this.target.storage);
  }

  /**
   * Adds the next bytes.
   *
   * @throws ValueError where these are more than were announced
   */
  write(bytes: Uint8Array): void {
    if (this.at + bytes.length > this.length) throw this.wrong(this.at + bytes.length);
    const address = this.target.address();
    machine.u8.set(bytes, address + this.at);
    this.at += bytes.length;
  }

  /**
   * The tensor of all bytes.
   *
   * @throws ValueError where some are missing
   */
  finish(): Tensor {
    if (this.at !== this.length) throw this.wrong(this.at);
    return this.target;
  }

  /** Gives the memory back at once, where the bytes turned out to be no good. */
  discard(): void {
    releaseStorage(this.target.storage);
  }

  private wrong(received: number): ValueError {
    return new ValueError("byte-count", {
      path: "ByteWriter",
      rule: {
        en: `${this.length} bytes were announced, ${received} came`,
        zh: `声明了 ${this.length} 字节，实际收到 ${received} 字节`,
      },
      expected: this.length,
      received,
    });
  }
}
