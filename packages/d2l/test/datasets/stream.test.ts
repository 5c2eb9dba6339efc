// Images that go piece by piece into a tensor: only where everything about their file is right.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { loadFashionMnist, readImageDataset } from "../../src/datasets/fashion-mnist-node.js";
import { streamIdxImages } from "../../src/datasets/idx-stream.js";
import { ImageTensorDataset } from "../../src/toolkit/fashion-mnist.js";
import {
  BIG,
  files,
  folderWith,
  idx,
  isolate,
  md5,
  noise,
  packed,
  TRAIN,
  temporaryFolder,
  unpacked,
} from "./fixtures.js";

isolate();

const NAME = "train-images-idx3-ubyte";

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(await temporaryFolder(), "images");
  await writeFile(path, bytes);
  return path;
}

describe("streamIdxImages", () => {
  it.each([true, false])("reads what is right (gzipped: %s)", async (isPacked) => {
    const bytes = isPacked ? packed[BIG] : unpacked[NAME];
    for (const sum of [md5(bytes), null]) {
      const images = (await streamIdxImages(await fileOf(bytes), isPacked, sum))!;
      expect(images).toMatchObject({ count: TRAIN, height: 28, width: 28 });
      expect(images.tensor.shape).toEqual([TRAIN, 28, 28]);
      expect(Buffer.from(images.tensor.toTypedArray().buffer).equals(unpacked[NAME].subarray(16))).toBe(true);
    }
  });

  const damaged = Buffer.from(packed[BIG]);
  damaged[damaged.length >> 1] ^= 255;
  const twice = gzipSync(unpacked[NAME].subarray(0, 5000));
  it.each<[string, Uint8Array, boolean]>([
    ["cut off", packed[BIG].subarray(0, 5000), true],
    ["empty", new Uint8Array(0), true],
    ["damaged", damaged, true],
    ["not gzip", unpacked[NAME], true],
    ["of two members", Buffer.concat([twice, gzipSync(unpacked[NAME].subarray(5000))]), true],
    ["followed by other bytes", Buffer.concat([packed[BIG], Buffer.alloc(100, 1)]), true],
    ["a file of labels", packed["train-labels-idx1-ubyte.gz"], true],
    ["of another length than its header says", gzipSync(idx([2051, TRAIN + 1, 28, 28], noise(TRAIN * 784, 1))), true],
    ["shorter than its header", Buffer.from([0, 0, 8]), false],
    ["longer than its header says", Buffer.concat([unpacked[NAME], Buffer.alloc(1)]), false],
  ])("leaves to others what is %s, and holds no memory for it", async (_, bytes, isPacked) => {
    const path = await fileOf(bytes);
    const before = torch.memory().engine;
    expect(await streamIdxImages(path, isPacked, null)).toBe(null);
    expect(torch.memory().engine).toBe(before);
  });

  it("leaves another checksum, and files that cannot be read, to others", async () => {
    expect(await streamIdxImages(await fileOf(packed[BIG]), true, md5(Buffer.of(1)))).toBe(null);
    expect(await streamIdxImages(join(await temporaryFolder(), "nothing"), true, null)).toBe(null);
    expect(await streamIdxImages(await temporaryFolder(), false, null)).toBe(null);
  });

  it("throws the signal's reason", async () => {
    const reason = new Error("enough");
    await expect(streamIdxImages(await fileOf(packed[BIG]), true, null, AbortSignal.abort(reason))).rejects.toBe(
      reason,
    );
  });
});

describe("a data set read from files", () => {
  it("has its images once: in a tensor that loaders share", async () => {
    const { train, test } = await loadFashionMnist({ data: await folderWith(), files });
    expect(train.tensor!.shape).toEqual([TRAIN, 28, 28]);
    expect(new ImageTensorDataset(train, 28, 28).images.storage).toBe(train.tensor!.storage);
    expect(train.images).toBe(train.images);
    expect(Buffer.from(test.images).equals(unpacked["t10k-images-idx3-ubyte"].subarray(16))).toBe(true);
  });

  it("has the same pixels where a file has to be read whole", async () => {
    const parts = [unpacked[NAME].subarray(0, 5000), unpacked[NAME].subarray(5000)];
    const data = await folderWith({ [BIG]: Buffer.concat(parts.map((part) => gzipSync(part))) });
    const { train } = await readImageDataset(data);
    expect(train.tensor).toBe(undefined);
    expect(Buffer.from(train.images).equals(unpacked[NAME].subarray(16))).toBe(true);
    const images = new ImageTensorDataset(train, 28, 28).images.toTypedArray();
    expect(Buffer.from(images.buffer).equals(unpacked[NAME].subarray(16))).toBe(true);
  });
});
