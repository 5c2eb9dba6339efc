// IDX parsing: what is accepted, and every way in which a file can be wrong.
import { DataError } from "torchlet";
import { describe, expect, it } from "vitest";
import { joinIdx, parseIdxImages, parseIdxLabels } from "../../src/datasets/idx.js";
import { idx, labelsOf, noise } from "./fixtures.js";

function codeOf(work: () => unknown): DataError {
  try {
    work();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("parseIdxImages", () => {
  const pixels = noise(2 * 3 * 4, 5);

  it("reads count, height, width and a view of the pixels", () => {
    const file = idx([2051, 2, 3, 4], pixels);
    const parsed = parseIdxImages(file, "f");
    expect([parsed.count, parsed.height, parsed.width]).toEqual([2, 3, 4]);
    expect([...parsed.pixels]).toEqual([...pixels]);
    expect(parsed.pixels.buffer).toBe(file.buffer);
  });

  it("reads a file that is itself a view", () => {
    const file = idx([2051, 2, 3, 4], pixels);
    const inside = new Uint8Array(file.length + 7);
    inside.set(file, 7);
    expect(parseIdxImages(inside.subarray(7), "f").count).toBe(2);
  });

  it("refuses what is too short for a header", () => {
    for (const length of [0, 3, 4, 15]) {
      const error = codeOf(() => parseIdxImages(new Uint8Array(length), "some/file"));
      expect(error).toMatchObject({ code: "idx-too-short", path: "some/file", expected: 16, received: length });
    }
  });

  it("refuses another magic number and says what it may mean", () => {
    const swapped = codeOf(() => parseIdxImages(idx([2049, 12], labelsOf(12)), "f"));
    expect(swapped).toMatchObject({ code: "idx-magic", expected: 2051, received: 2049 });
    expect(swapped.message).toContain("swapped");
    const packed = Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(30)]);
    expect(codeOf(() => parseIdxImages(packed, "f")).message).toContain("gzip");
    expect(codeOf(() => parseIdxImages(Buffer.alloc(99), "f")).code).toBe("idx-magic");
  });

  it("refuses a header that disagrees with the length", () => {
    for (const header of [
      [2051, 3, 3, 4],
      [2051, 1, 3, 4],
      [2051, 4294967295, 4294967295, 4294967295],
    ]) {
      expect(codeOf(() => parseIdxImages(idx(header, pixels), "f")).code).toBe("idx-size");
    }
    expect(codeOf(() => parseIdxImages(idx([2051, 3, 3, 4], pixels), "f"))).toMatchObject({
      expected: 52,
      received: 40,
    });
  });

  it("refuses a file without images", () => {
    expect(codeOf(() => parseIdxImages(idx([2051, 0, 28, 28], new Uint8Array()), "f")).code).toBe("idx-size");
  });
});

describe("parseIdxLabels", () => {
  it("reads the labels", () => {
    expect([...parseIdxLabels(idx([2049, 12], labelsOf(12)), "f")]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
  });

  it("refuses a label above 9 and says where", () => {
    const error = codeOf(() => parseIdxLabels(idx([2049, 3], Uint8Array.of(0, 10, 255)), "f"));
    expect(error).toMatchObject({ code: "idx-label-range", received: 10 });
    expect(error.message).toContain("label 1 is 10");
  });

  it("refuses short files, images, and wrong counts", () => {
    expect(codeOf(() => parseIdxLabels(new Uint8Array(7), "f")).code).toBe("idx-too-short");
    expect(codeOf(() => parseIdxLabels(idx([2051, 1, 1, 1], Uint8Array.of(0)), "f")).code).toBe("idx-magic");
    expect(codeOf(() => parseIdxLabels(idx([2049, 4], labelsOf(3)), "f")).code).toBe("idx-size");
  });
});

describe("joinIdx", () => {
  it("refuses another number of labels than images", () => {
    const images = parseIdxImages(idx([2051, 2, 1, 1], Uint8Array.of(1, 2)), "f");
    expect(joinIdx(images, labelsOf(2), "f").count).toBe(2);
    expect(codeOf(() => joinIdx(images, labelsOf(3), "f"))).toMatchObject({
      code: "idx-count-mismatch",
      expected: 2,
      received: 3,
    });
  });
});

it("has every text in both languages", () => {
  const errors = [
    codeOf(() => parseIdxImages(new Uint8Array(3), "f")),
    codeOf(() => parseIdxImages(Buffer.alloc(99), "f")),
    codeOf(() => parseIdxImages(idx([2051, 3, 3, 4], noise(5, 1)), "f")),
    codeOf(() => parseIdxLabels(idx([2049, 1], Uint8Array.of(11)), "f")),
  ];
  for (const { rule, hint } of errors) {
    expect(rule.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(hint?.zh).toMatch(/[\u4e00-\u9fff]/);
  }
});
