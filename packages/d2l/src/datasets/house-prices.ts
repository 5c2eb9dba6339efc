// House prices as Kaggle gives them: two CSV files with 79 columns. Read, checked, made numbers. Runs in browsers too.
import Papa from "papaparse";
import * as torch from "torchlet";
import { DataError, type Tensor } from "torchlet";

/** The two files as text, and whose they are: Kaggle's as the book has them, a user's others, or made up. */
export interface HousePriceFiles {
  readonly name: "house-prices" | "house-prices-other" | "house-prices-stand-in";
  readonly train: string;
  readonly test: string;
}

/** A table of text: `null` where nothing is known. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** What stands for a missing value: `None` does not, it is a category of `MasVnrType`. */
const naValues: readonly string[] = ["NA", ""];

/**
 * Reads a CSV file with a line of names. Only `NA` and nothing at all are missing: `None` is a category of its own, which newer
 * versions of pandas take for a missing value (P33 of the notes).
 *
 * @param path the name of the file in errors
 * @param missing what stands for a missing value instead
 * @throws DataError for text that is no table
 */
export function readTable(text: string, path: string, missing = naValues): TextTable {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: ",", skipEmptyLines: true });
  const [columns, ...rows] = data;
  const wrong = rows.findIndex((row) => row.length !== columns?.length);
  if (columns === undefined || errors.length > 0 || wrong >= 0) {
    const last = wrong === rows.length - 1 || errors[0]?.code === "MissingQuotes";
    throw new DataError("csv", {
      path,
      rule: notATable(columns?.length ?? 0, rows, wrong, errors[0]),
      ...(columns !== undefined && last ? { hint: cutOff } : {}),
    });
  }
  return { columns, rows: rows.map((row) => row.map((cell) => (missing.includes(cell.trim()) ? null : cell))) };
}

const cutOff = { en: "it may have been cut off: get the file again", zh: "文件可能不完整：请重新获取" };

function notATable(width: number, rows: readonly string[][], wrong: number, error: Papa.ParseError | undefined) {
  if (error !== undefined) {
    const open = error.code === "MissingQuotes";
    return {
      en: `not a table: ${open ? "a quoted field has no end" : error.message}`,
      zh: `不是表格：${open ? "引号没有闭合" : error.message}`,
    };
  }
  if (width === 0) return { en: "not a table: the file is empty", zh: "不是表格：文件为空" };
  const fields = rows[wrong]!.length;
  return {
    en: `not a table: row ${wrong + 2} has ${fields} fields, the first row has ${width}`,
    zh: `不是表格：第 ${wrong + 2} 行有 ${fields} 个字段，第一行有 ${width} 个`,
  };
}

/**
 * Both files as tables, which have `Id`, the same columns and, in training, `SalePrice`.
 *
 * @throws DataError where they have not
 */
export function readTables(files: HousePriceFiles, missing = naValues): { train: TextTable; test: TextTable } {
  const train = readTable(files.train, "train.csv", missing);
  const test = readTable(files.test, "test.csv", missing);
  if (train.columns[0] !== "Id" || train.columns.at(-1) !== "SalePrice") {
    throw new DataError("house-prices-columns", {
      path: "train.csv",
      rule: {
        en: "the first column must be Id and the last one SalePrice",
        zh: "第一列必须是 Id，最后一列必须是 SalePrice",
      },
      expected: ["Id", "SalePrice"],
      received: [train.columns[0], train.columns.at(-1)],
    });
  }
  const expected = train.columns.slice(0, -1);
  const at = Array.from({ length: Math.max(expected.length, test.columns.length) }, (_, i) => i).find(
    (i) => expected[i] !== test.columns[i],
  );
  if (at !== undefined) {
    const [wanted, found] = [expected[at] ?? "-", test.columns[at] ?? "-"];
    throw new DataError("house-prices-columns", {
      path: "test.csv",
      rule: {
        en: `the columns must be those of train.csv without SalePrice; column ${at + 1} is ${found}, not ${wanted}`,
        zh: `各列必须与 train.csv 去掉 SalePrice 后相同；第 ${at + 1} 列是 ${found}，应为 ${wanted}`,
      },
      expected,
      received: test.columns,
    });
  }
  if (train.rows.length === 0 || test.rows.length === 0) {
    throw new DataError("house-prices-empty", {
      path: train.rows.length === 0 ? "train.csv" : "test.csv",
      rule: { en: "there are no houses in it", zh: "其中没有房屋" },
    });
  }
  const unpriced = train.rows.findIndex((row) => !(Number(row.at(-1)) > 0));
  if (unpriced >= 0) {
    throw new DataError("house-prices-price", {
      path: "train.csv",
      rule: {
        en: `SalePrice must be a number above 0; in row ${unpriced + 2} it is ${train.rows[unpriced]!.at(-1) ?? "NA"}`,
        zh: `SalePrice 必须是大于 0 的数；第 ${unpriced + 2} 行为 ${train.rows[unpriced]!.at(-1) ?? "NA"}`,
      },
      received: train.rows[unpriced]!.at(-1),
    });
  }
  return { train, test };
}

/** All houses as numbers. */
export interface HouseFeatures {
  /** (houses, features), those for training first. */
  readonly features: Tensor;
  /** Prices of the training houses (n, 1). */
  readonly labels: Tensor;
  readonly trainCount: number;
  /** Ids of the test houses, for a submission. */
  readonly testIds: readonly string[];
  /** What each column of the features is: a name, or a name with a category. */
  readonly names: readonly string[];
  /** Numeric columns before they became 331. */
  readonly numeric: readonly string[];
}

/** Options of `prepareHouses`. */
export interface PrepareOptions {
  /** Numeric columns to mean 0 and standard deviation 1. Default: true, as in the book. */
  readonly standardize?: boolean;
  /** What stands for a missing value. Default: `NA` and nothing at all. */
  readonly missing?: readonly string[];
}

/**
 * The book's preparation: training and test houses together, numeric columns standardized (n - 1 in the variance, missing ones left
 * out) and missing numbers 0; every other column one feature a category, and one for missing.
 *
 * Standardizing by test houses too is a leak that the book makes on purpose (P34).
 *
 * @throws DataError where the files do not fit together
 */
export function prepareHouses(
  files: HousePriceFiles,
  { standardize = true, missing = naValues }: PrepareOptions = {},
): HouseFeatures {
  const { train, test } = readTables(files, missing);
  const names = train.columns.slice(1, -1);
  const all = [...train.rows.map((row) => row.slice(1, -1)), ...test.rows.map((row) => row.slice(1))];
  const columns: { readonly name: string; readonly values: readonly number[] }[] = [];
  const texts: { readonly name: string; readonly values: readonly number[] }[] = [];
  const numeric: string[] = [];
  for (const [index, name] of names.entries()) {
    const cells = all.map((row) => row[index]!);
    if (cells.every((cell) => cell === null || Number.isFinite(Number(cell)))) {
      numeric.push(name);
      columns.push({ name, values: numbersOf(cells, standardize) });
    } else {
      for (const category of [...new Set(cells)].filter((cell) => cell !== null).sort()) {
        texts.push({ name: `${name}_${category}`, values: cells.map((cell) => (cell === category ? 1 : 0)) });
      }
      texts.push({ name: `${name}_nan`, values: cells.map((cell) => (cell === null ? 1 : 0)) });
    }
  }
  const features = [...columns, ...texts];
  const flat = new Float32Array(all.length * features.length);
  for (const [column, { values }] of features.entries()) {
    for (const [row, value] of values.entries()) flat[row * features.length + column] = value;
  }
  const prices = train.rows.map((row) => Number(row.at(-1)));
  return {
    features: torch.tensor(flat).reshape(all.length, features.length),
    labels: torch.tensor(prices, { dtype: torch.float32 }).reshape(-1, 1),
    trainCount: train.rows.length,
    testIds: test.rows.map((row) => row[0]!),
    names: features.map(({ name }) => name),
    numeric,
  };
}

function numbersOf(cells: readonly (string | null)[], standardize: boolean): number[] {
  const known = cells.filter((cell) => cell !== null).map(Number);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1);
  const std = Math.sqrt(variance);
  return cells.map((cell) => {
    if (cell === null) return 0;
    return standardize ? (Number(cell) - mean) / (std > 0 ? std : 1) : Number(cell);
  });
}
