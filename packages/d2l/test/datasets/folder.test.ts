// Folders that users name: what is found in them, and a clear error for everything that can be wrong.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DataError, setLocale } from "torchlet";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  loadFashionMnist,
  loadFashionMnistOrGarments,
  readImageDataset,
} from "../../src/datasets/fashion-mnist-node.js";
import {
  BIG,
  files,
  folderWith,
  idx,
  isolate,
  labelsOf,
  noise,
  packed,
  TEST,
  TRAIN,
  temporaryFolder,
  unpacked,
} from "./fixtures.js";

isolate();
afterEach(() => setLocale(null));

async function failureOf(work: Promise<unknown>): Promise<DataError> {
  const error = await work.then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return error;
}

const load = (data: string) => loadFashionMnist({ data, files });

describe("a folder that holds the files", () => {
  it("is read", async () => {
    const data = await folderWith();
    const dataset = await load(data);
    expect(dataset).toMatchObject({ name: "fashion-mnist", height: 28, width: 28, source: data });
    expect([dataset.train.count, dataset.test.count]).toEqual([TRAIN, TEST]);
    expect(Buffer.from(dataset.train.images).equals(unpacked["train-images-idx3-ubyte"].subarray(16))).toBe(true);
    expect([...dataset.test.labels.subarray(0, 3)]).toEqual([0, 1, 2]);
  });

  it("may hold them gunzipped, or some this way and some that", async () => {
    expect((await load(await folderWith({}, unpacked))).train.count).toBe(TRAIN);
    const mixed = { [BIG]: null, "train-images-idx3-ubyte": unpacked["train-images-idx3-ubyte"] };
    expect((await load(await folderWith(mixed))).train.count).toBe(TRAIN);
  });

  it.each(["fashion-mnist", join("FashionMNIST", "raw")])("may hold them in %s", async (subfolder) => {
    const above = await temporaryFolder();
    await mkdir(join(above, subfolder, ".."), { recursive: true });
    await rename(await folderWith(), join(above, subfolder));
    expect((await load(above)).source).toBe(above);
  });

  it("can be named by TORCHLET_DATA, and the option goes before it", async () => {
    const data = await folderWith();
    vi.stubEnv("TORCHLET_DATA", data);
    expect((await loadFashionMnist({ files })).source).toBe(data);
    const other = await folderWith();
    expect((await loadFashionMnist({ files, data: other })).source).toBe(other);
  });
});

describe("a folder that is wrong is an error, never passed over", () => {
  it("missing", async () => {
    const data = join(await temporaryFolder(), "nowhere");
    const error = await failureOf(load(data));
    expect(error).toMatchObject({ code: "data-folder-missing", path: data });
    vi.stubEnv("TORCHLET_DATA", data);
    expect((await failureOf(loadFashionMnist({ files }))).code).toBe("data-folder-missing");
    const onFallback = vi.fn();
    expect((await failureOf(loadFashionMnistOrGarments({ files, onFallback }))).code).toBe("data-folder-missing");
    expect(onFallback).not.toHaveBeenCalled();
  });

  it("a file instead of a folder", async () => {
    expect((await failureOf(load(join(await folderWith(), BIG)))).code).toBe("data-folder-missing");
  });

  it("without the files, all or some", async () => {
    const empty = await failureOf(load(await temporaryFolder()));
    expect(empty).toMatchObject({ code: "data-files-missing", received: Object.keys(packed) });
    const some = await failureOf(load(await folderWith({ [BIG]: null })));
    expect(some).toMatchObject({ code: "data-files-missing", received: [BIG] });
    expect(some.message).toContain(BIG);
  });

  it("with a wrong checksum, gzipped or not", async () => {
    const other = idx([2051, TRAIN, 28, 28], noise(TRAIN * 784, 77));
    const error = await failureOf(load(await folderWith({ [BIG]: gzipSync(other) })));
    expect(error).toMatchObject({ code: "data-checksum", expected: files[0].md5 });
    expect(error.received).toMatch(/^[0-9a-f]{32}$/);
    const plain = await failureOf(load(await folderWith({ "train-images-idx3-ubyte": other }, unpacked)));
    expect(plain).toMatchObject({ code: "data-checksum", expected: files[0].unpackedMd5 });
  });

  it("with a gzip file that is cut off", async () => {
    for (const length of [1, 10, 5000, packed[BIG].length - 1]) {
      const data = await folderWith({ [BIG]: packed[BIG].subarray(0, length) });
      const error = await failureOf(load(data));
      expect(error).toMatchObject({ code: "gzip-truncated", path: join(data, BIG), received: length });
      expect((await failureOf(readImageDataset(data))).code).toBe("gzip-truncated");
    }
  });

  it("with a gzip file that is damaged, or none", async () => {
    const damaged = Buffer.from(packed[BIG]);
    damaged[damaged.length >> 1] ^= 255;
    const flipped = await failureOf(load(await folderWith({ [BIG]: damaged })));
    expect(["gzip-corrupt", "data-checksum"]).toContain(flipped.code);
    const page = Buffer.from("<!doctype html><title>Sign in</title>".repeat(9));
    expect((await failureOf(load(await folderWith({ [BIG]: page })))).code).toBe("gzip-corrupt");
    expect((await failureOf(load(await folderWith({ [BIG]: Buffer.alloc(0) })))).code).toBe("gzip-truncated");
  });

  it("with a bad IDX header", async () => {
    const labels = packed["train-labels-idx1-ubyte.gz"];
    expect((await failureOf(load(await folderWith({ [BIG]: labels })))).code).toBe("idx-magic");
    const counts = gzipSync(idx([2051, TRAIN + 1, 28, 28], noise(TRAIN * 784, 1)));
    expect((await failureOf(load(await folderWith({ [BIG]: counts })))).code).toBe("idx-size");
    const short = gzipSync(Buffer.from([0, 0, 8]));
    expect((await failureOf(load(await folderWith({ [BIG]: short })))).code).toBe("idx-too-short");
    const range = gzipSync(idx([2049, 2], Uint8Array.of(3, 12)));
    const data = await folderWith({ "t10k-labels-idx1-ubyte.gz": range });
    expect((await failureOf(load(data))).code).toBe("idx-label-range");
  });

  it("with a folder where a file should be", async () => {
    const data = await folderWith({ [BIG]: null });
    await mkdir(join(data, BIG));
    expect((await failureOf(load(data))).code).toBe("data-unreadable");
  });

  it("says so in Chinese too", async () => {
    setLocale("zh");
    expect((await failureOf(load("/nowhere/at/all"))).message).toContain("没有这个文件夹");
  });
});

describe("readImageDataset", () => {
  it("reads data of one's own, without checksums, of any size of image", async () => {
    const own = {
      "train-images-idx3-ubyte.gz": gzipSync(idx([2051, 3, 2, 5], noise(30, 3))),
      "train-labels-idx1-ubyte": idx([2049, 3], labelsOf(3)),
      "t10k-images-idx3-ubyte": idx([2051, 1, 2, 5], noise(10, 4)),
      "t10k-labels-idx1-ubyte": idx([2049, 1], labelsOf(1)),
    };
    const dataset = await readImageDataset(await folderWith({}, own as Record<string, Buffer>));
    expect(dataset).toMatchObject({ height: 2, width: 5, train: { count: 3 }, test: { count: 1 } });
  });

  it("refuses images without labels for all of them, and parts of different sizes", async () => {
    const fewer = await folderWith({ "train-labels-idx1-ubyte.gz": gzipSync(idx([2049, 5], labelsOf(5))) });
    expect(await failureOf(readImageDataset(fewer))).toMatchObject({
      code: "idx-count-mismatch",
      expected: TRAIN,
      received: 5,
    });
    const smaller = await folderWith({ "t10k-images-idx3-ubyte.gz": gzipSync(idx([2051, TEST, 2, 2], noise(80, 1))) });
    expect((await failureOf(readImageDataset(smaller))).code).toBe("idx-image-size");
  });

  it("stops when aborted", async () => {
    const data = await folderWith();
    const reason = new Error("enough");
    await expect(readImageDataset(data, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(loadFashionMnist({ data, files, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("does not write anything into the folder", async () => {
    const data = await folderWith();
    await writeFile(join(data, "note.txt"), "mine");
    await load(data);
    const { readdir } = await import("node:fs/promises");
    expect((await readdir(data)).sort()).toEqual([...Object.keys(packed), "note.txt"].sort());
  });
});
