// Garments: the same bytes everywhere, equal classes, and pictures that look like something.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fashionMnistLabels, makeGarments } from "../../src/datasets/garments.js";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("makeGarments", () => {
  it("draws these bytes, on every platform", () => {
    const { train, test } = makeGarments({ train: 500, test: 100 });
    expect([train.images, train.labels, test.images, test.labels].map(sha256)).toMatchInlineSnapshot(`
      [
        "229549fd3eed245d7bea141a300009c830a56b6783e40555d062a5f58708f189",
        "45cab7be40d272cb81e77fd91a58eaa335b997d3b2f76e6c32fe30f6b7aae00c",
        "1f9b30c2c16be84164706c62ca17275469a03921517eb80d1bb8eb68bf712c80",
        "1d2cd9f5c414818e0234906b0d6e1f6ba832dd5eb9e9fe32e2e8f2339be59bfc",
      ]
    `);
  });

  it("draws other garments from another seed, the same from the same, 0 being a seed like any other", () => {
    const draw = (seed?: number) => sha256(makeGarments({ seed, train: 20, test: 1 }).train.images);
    expect(draw(1)).toBe(draw(1));
    expect(new Set([draw(0), draw(1), draw(2), draw(4294967295)]).size).toBe(4);
    expect(draw(0)).toBe(draw());
  });

  it("has no picture in training and test alike", () => {
    const { train, test } = makeGarments({ train: 300, test: 300 });
    const pictures = (images: Uint8Array) =>
      Array.from({ length: 300 }, (_, i) => sha256(images.subarray(i * 784, (i + 1) * 784)));
    expect(new Set([...pictures(train.images), ...pictures(test.images)]).size).toBe(600);
  });

  it("has the format of the data set it stands in for", () => {
    const dataset = makeGarments({ train: 1000, test: 205 });
    expect(dataset).toMatchObject({ name: "garments", height: 28, width: 28, source: "embedded" });
    expect(dataset.train.images.length).toBe(1000 * 784);
    expect(fashionMnistLabels.length).toBe(10);
    const counts = (labels: Uint8Array) => fashionMnistLabels.map((_, i) => labels.filter((it) => it === i).length);
    expect(counts(dataset.train.labels)).toEqual(new Array(10).fill(100));
    expect(counts(dataset.test.labels).sort()).toEqual([20, 20, 20, 20, 20, 21, 21, 21, 21, 21]);
    // Shuffled: a hundred labels in a row are not in order.
    expect([...dataset.train.labels.subarray(0, 100)]).not.toEqual(Array.from({ length: 100 }, (_, i) => i % 10));
  });

  it("draws something in every picture, on black, with details", () => {
    const { images, count } = makeGarments({ train: 1000, test: 1 }).train;
    for (let i = 0; i < count; i++) {
      const picture = images.subarray(i * 784, (i + 1) * 784);
      const drawn = picture.filter((byte) => byte > 0);
      expect(drawn.length).toBeGreaterThan(20);
      expect(drawn.length).toBeLessThan(700);
      expect(new Set(drawn).size).toBeGreaterThan(8);
    }
  });

  it("has the real data set's counts by default", () => {
    const { train, test } = makeGarments();
    expect([train.count, test.count]).toEqual([60000, 10000]);
  });

  it("refuses counts and seeds that are none", () => {
    for (const options of [{ train: 0 }, { test: 1.5 }, { train: 2e6 }, { seed: -1 }, { seed: Number.NaN }]) {
      expect(() => makeGarments(options)).toThrowError(expect.objectContaining({ code: "garments-option" }));
    }
  });
});
