// Bytes that arrive piece by piece.
import { expect, it } from "vitest";
import { collect } from "../../src/engine/storage.js";
import * as torch from "../../src/index.js";

const { ByteWriter } = torch.utils.data;

function codeOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return (error as torch.TorchletError).code;
  }
  return "no error";
}

it("puts pieces one after another, and keeps them while memory is in use", () => {
  const writer = new ByteWriter(100_000);
  let next = 0;
  for (const length of [0, 1, 17, 40_000, 59_982]) {
    writer.write(Uint8Array.from({ length }, () => next++ % 251));
    torch.full([1_000_000], 7);
  }
  const bytes = writer.finish();
  expect(bytes.dtype).toBe(torch.uint8);
  for (let i = 0; i < 20; i++) torch.full([1_000_000], 7);
  expect([...bytes.toTypedArray()]).toEqual(Array.from({ length: 100_000 }, (_, i) => i % 251));
});

it("takes no more and no less than was announced", () => {
  const writer = new ByteWriter(3);
  writer.write(Uint8Array.of(1, 2));
  expect(codeOf(() => writer.finish())).toBe("byte-count");
  expect(codeOf(() => writer.write(Uint8Array.of(3, 4)))).toBe("byte-count");
  writer.write(Uint8Array.of(3));
  expect(writer.finish().tolist()).toEqual([1, 2, 3]);
  expect(new ByteWriter(0).finish().tolist()).toEqual([]);
});

it("gives its memory back where it is discarded", () => {
  // What earlier tests left goes first, so that nothing else changes.
  collect(true);
  const before = torch.memory().engine;
  const writer = new ByteWriter(1_000_000);
  expect(torch.memory().engine).toBeGreaterThan(before);
  writer.discard();
  expect(torch.memory().engine).toBe(before);
});
