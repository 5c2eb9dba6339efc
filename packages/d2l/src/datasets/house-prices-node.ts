// Finds the house prices in a folder of the user's. Node only.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DataError, type Localized } from "torchlet";
import { checkFolder } from "./data-folder.js";
import type { HousePriceFiles } from "./house-prices.js";

/** The files that the book's numbers hold for, by name; SHA-1 as the book has them. */
const published = {
  train: { names: ["kaggle_house_pred_train.csv", "train.csv"], sha1: "585e9cc93e70b39160e7921475f9bcd7d31219ce" },
  test: { names: ["kaggle_house_pred_test.csv", "test.csv"], sha1: "fa19780a7b011d9b009e8bff8e99922a8ee2eb90" },
} as const;

function find(folder: string, names: readonly string[]): string | undefined {
  const places = [folder, join(folder, "house-prices")].flatMap((place) => names.map((name) => join(place, name)));
  return places.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

/**
 * Reads train.csv and test.csv (or the book's names for them) from a folder, or from `house-prices` in it.
 *
 * @returns undefined where they are not there
 * @throws DataError where only one of them is, or the folder is not there
 */
export function readHouses(folder: string, warn: (text: Localized) => void): HousePriceFiles | undefined {
  checkFolder(folder, {
    en: "name the folder that holds train.csv and test.csv of Kaggle's House Prices, or none",
    zh: "请指定存放 Kaggle 房价预测比赛 train.csv 与 test.csv 的文件夹，或不指定",
  });
  const paths = { train: find(folder, published.train.names), test: find(folder, published.test.names) };
  if (paths.train === undefined && paths.test === undefined) return undefined;
  if (paths.train === undefined || paths.test === undefined) {
    throw new DataError("house-prices-file", {
      path: folder,
      rule: { en: "only one of train.csv and test.csv is there", zh: "train.csv 与 test.csv 只有其一" },
      received: paths,
      hint: {
        en: "put both files of Kaggle's House Prices there, or none",
        zh: "请放入 Kaggle 房价预测比赛的两个文件，或一个也不放",
      },
    });
  }
  let changed = false;
  const read = (name: "train" | "test") => {
    const path = paths[name]!;
    const bytes = readFileSync(path);
    const text = bytes.toString("utf8");
    // Git and spreadsheets may have changed the ends of the lines, which changes no number.
    const digests = [bytes, Buffer.from(text.replaceAll("\r\n", "\n"))].map(sha1Of);
    if (!digests.includes(published[name].sha1)) {
      changed = true;
      warn({
        en: `${path} is not the file that the book used (its SHA-1 differs): the book's numbers do not hold for it, and are not checked.`,
        zh: `${path} 不是书中所用的文件（SHA-1 不同）：书中的数字不适用于它，因此不作检验。`,
      });
    }
    return text;
  };
  const [train, test] = [read("train"), read("test")];
  return { name: changed ? "house-prices-other" : "house-prices", train, test };
}

const sha1Of = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest("hex");
