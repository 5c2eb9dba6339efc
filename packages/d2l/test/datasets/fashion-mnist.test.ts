// The real Fashion-MNIST, where it is at hand: TORCHLET_DATA, or a folder shared/data beside the repository.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { loadFashionMnist } from "../../src/datasets/fashion-mnist-node.js";

const shared = fileURLToPath(new URL("../../../../../shared/data", import.meta.url));
const data = process.env["TORCHLET_DATA"] || (existsSync(`${shared}/fashion-mnist`) ? shared : undefined);

describe.skipIf(data === undefined)("Fashion-MNIST (skipped without TORCHLET_DATA)", () => {
  it("is the data set of the book", async () => {
    const { train, test, height, width } = await loadFashionMnist({ data });
    expect([train.count, test.count, height, width]).toEqual([60000, 10000, 28, 28]);
    expect([...train.labels.subarray(0, 18)]).toEqual([9, 0, 0, 3, 0, 2, 7, 2, 5, 5, 0, 9, 5, 5, 7, 9, 1, 0]);
    expect([...test.labels.subarray(0, 6)]).toEqual([9, 2, 1, 1, 6, 1]);
    let sum = 0;
    let squares = 0;
    for (const byte of train.images) {
      sum += byte;
      squares += byte * byte;
    }
    const mean = sum / train.images.length / 255;
    expect(mean).toBeCloseTo(0.286041, 6);
    expect(Math.sqrt(squares / train.images.length / 255 ** 2 - mean * mean)).toBeCloseTo(0.353024, 6);
  });
});
