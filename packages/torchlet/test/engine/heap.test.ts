// The heap's chunks: never overlapping, aligned, merged when they are given back.
import { describe, expect, it } from "vitest";
import { allocateChunk, chunkBytes, freeChunk, heapUse } from "../../src/engine/heap.js";
import { numbers } from "../support/compare.js";
import { loadEngine } from "../support/tiers.js";

const KIB = 1024;

describe("chunks", () => {
  it("take at least what was asked for, at most an eighth and 64 bytes more", () => {
    for (let bytes = 1; bytes < 300 * KIB; bytes += bytes < 2000 ? 1 : 97) {
      const taken = chunkBytes(bytes);
      expect(taken).toBeGreaterThanOrEqual(bytes);
      expect(taken % 64).toBe(0);
      expect(taken - bytes).toBeLessThan(bytes / 8 + 64 + 576);
    }
    expect(chunkBytes(0)).toBe(64);
    for (const bytes of [2 ** 31 - 1, 2 ** 31, 3e9]) expect(chunkBytes(bytes)).toBeGreaterThanOrEqual(bytes);
  });

  it("never overlap, whatever is taken and given back in between", () => {
    const random = numbers(3);
    const live: { address: number; bytes: number }[] = [];
    const sizes = [
      () => 1 + random() * 500,
      () => 500 + random() * 8000,
      () => random() * 200 * KIB,
      () => random() * 2000 * KIB,
    ];
    let checks = 0;
    for (let round = 0; round < 4000; round++) {
      if (live.length > 0 && random() < 0.48) {
        const at = Math.floor(random() * live.length);
        const [chunk] = live.splice(at, 1);
        freeChunk(chunk!.address, chunk!.bytes);
        continue;
      }
      const bytes = Math.ceil(sizes[Math.floor(random() * sizes.length)]!());
      const address = allocateChunk(bytes);
      expect(address % 64).toBe(0);
      const end = address + bytes;
      const other = live.find((c) => c.address < end && address < c.address + c.bytes);
      expect(other, `${address}..${end}`).toBe(undefined);
      live.push({ address, bytes });
      checks++;
    }
    expect(checks).toBeGreaterThan(1500);
    for (const { address, bytes } of live) freeChunk(address, bytes);
  });

  it("are merged, so that a large one fits where many were", async () => {
    const heap = await loadEngine("relaxed");
    const addresses = Array.from({ length: 64 }, () => heap.allocateChunk(200 * KIB));
    const { extent } = heap.heapUse();
    for (let i = 0; i < 64; i++) heap.freeChunk(addresses[(i * 37) % 64]!, 200 * KIB);
    expect(heap.heapUse().live).toBe(0);
    heap.allocateChunk(64 * 200 * KIB);
    expect(heap.heapUse().extent).toBe(extent);
  });

  it("of neighbouring large ones do not start at the same place of a page", async () => {
    const heap = await loadEngine("relaxed");
    const addresses = Array.from({ length: 7 }, () => heap.allocateChunk(256 * KIB));
    expect(new Set(addresses.map((a) => a % 4096)).size).toBe(7);
  });

  it("that cannot be had are an error that changes nothing", () => {
    const before = heapUse();
    expect(() => allocateChunk(5e9)).toThrow(/memory of \d+ MiB cannot grow to \d+ MiB/);
    expect(heapUse()).toEqual(before);
  });
});
