// What the experiment measures beside the training: standardized columns, and means in place of missing values.

import type { Tensor } from "torchlet";
import * as torch from "torchlet";
import { type HouseFeatures, type HousePriceFiles, readTables } from "../../datasets/house-prices.js";

/**
 * The largest |mean|, the largest |standard deviation - 1| and the largest filled-in value of the numeric columns. Columns that are the
 * same for every house have no spread to be made 1: they are all 0.
 */
export function standardized(files: HousePriceFiles, { features, numeric }: HouseFeatures) {
  const { train, test } = readTables(files);
  const rows = [...train.rows, ...test.rows];
  let [mean, std, filled] = [0, 0, 0];
  for (const [column, name] of numeric.entries()) {
    const at = train.columns.indexOf(name);
    const values = features.select(1, column).tolist() as number[];
    const known = torch.tensor(
      values.filter((_, row) => rows[row]![at] !== null),
      { dtype: torch.float64 },
    );
    const spread = known.numel() > 1 ? known.std().item() : 0;
    if (spread > 0) std = Math.max(std, Math.abs(spread - 1));
    if (known.numel() > 0) mean = Math.max(mean, Math.abs(known.mean().item()));
    for (const [row, value] of values.entries())
      if (rows[row]![at] === null) filled = Math.max(filled, Math.abs(value));
  }
  return { mean, std, filled };
}

/** Errors of a line through the log prices, where some values of its only feature were replaced by the mean of the others. */
export interface Imputation {
  readonly complete: number;
  /** As many values gone, anywhere. */
  readonly random: number;
  /** The values above the mean gone. */
  readonly above: number;
  /** The same, with a second feature that says which are gone. */
  readonly indicated: number;
}

/**
 * Replaces values of one feature by the mean of those that are left: harmless where they are missing at random, wrong where they are
 * missing because they are large.
 *
 * @param feature (n), standardized
 * @param labels prices (n, 1)
 */
export function meanImputation(feature: Tensor, labels: Tensor, seed: number): Imputation {
  const x = feature.to(torch.float64).tolist() as number[];
  const y = torch.log(labels.to(torch.float64));
  const above = x.map((value) => value > 0);
  const order = torch.randperm(x.length, { generator: new torch.Generator().manualSeed(seed) }).tolist() as number[];
  const count = above.filter(Boolean).length;
  const anywhere = x.map((_, i) => order[i]! < count);
  const error = (gone: readonly boolean[], indicator = false) => {
    const left = x.filter((_, i) => !gone[i]);
    const mean = left.reduce((sum, value) => sum + value, 0) / left.length;
    const rows = x.map((value, i) => [1, gone[i] ? mean : value, ...(indicator ? [gone[i] ? 1 : 0] : [])]);
    const X = torch.tensor(rows, { dtype: torch.float64 });
    const [w] = torch.linalg.lstsq(X, y);
    return Math.sqrt(X.matmul(w).sub(y).square().mean().item());
  };
  return {
    complete: error(x.map(() => false)),
    random: error(anywhere),
    above: error(above),
    indicated: error(above, true),
  };
}
