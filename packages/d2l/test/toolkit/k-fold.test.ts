// The book's k-fold: equal blocks in order, the remainder left out, means over the folds.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import * as d2l from "../../src/toolkit/index.js";

const X = torch.arange(22).reshape(11, 2);
const y = torch.arange(11);

describe("getKFoldData", () => {
  it("cuts equal blocks and leaves the remainder out", () => {
    const folds = [0, 1, 2].map((i) => d2l.getKFoldData(3, i, X, y));
    expect(folds.map(([, yTrain, , yValid]) => [yTrain.tolist(), yValid.tolist()])).toEqual([
      [
        [3, 4, 5, 6, 7, 8],
        [0, 1, 2],
      ],
      [
        [0, 1, 2, 6, 7, 8],
        [3, 4, 5],
      ],
      [
        [0, 1, 2, 3, 4, 5],
        [6, 7, 8],
      ],
    ]);
    for (const [XTrain, yTrain, XValid, yValid] of folds) {
      expect(XTrain.select(1, 0).tolist()).toEqual(yTrain.mul(2).tolist());
      expect(XValid.select(1, 1).tolist()).toEqual(yValid.mul(2).add(1).tolist());
    }
  });

  it("refuses folds that are not there", () => {
    for (const [k, i] of [
      [1, 0],
      [12, 0],
      [3, 3],
      [3, -1],
      [2.5, 0],
    ] as const) {
      expect(() => d2l.getKFoldData(k, i, X, y)).toThrow(torch.ValueError);
    }
  });
});

describe("kFold", () => {
  it("passes everything on, and takes the mean of the last losses", () => {
    const told: unknown[] = [];
    const result = d2l.kFold(2, X, y, 100, 5, 0.1, 64, {
      train: (XTrain, yTrain, XValid, yValid, ...settings) => {
        told.push([XTrain.shape, yTrain.shape, XValid.shape, yValid.shape, settings]);
        const first = yValid.select(0, 0).item();
        return [
          [9, first],
          [9, first + 1],
        ];
      },
      onFold: (fold, trainLs, validLs) => told.push([fold, trainLs, validLs]),
    });
    expect(result).toEqual([2.5, 3.5]);
    const shapes = [[5, 2], [5], [5, 2], [5], [100, 5, 0.1, 64]];
    expect(told).toEqual([shapes, [0, [9, 0], [9, 1]], shapes, [1, [9, 5], [9, 6]]]);
  });
});
