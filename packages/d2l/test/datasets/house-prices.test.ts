// House prices as text, as numbers, and as files in a user's folder.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, type Localized } from "torchlet";
import { describe, expect, it } from "vitest";
import { housesSource } from "../../src/cli/data.js";
import { type HousePriceFiles, prepareHouses, readTable } from "../../src/datasets/house-prices.js";
import { readHouses } from "../../src/datasets/house-prices-node.js";
import { makeHouses } from "../../src/datasets/house-prices-stand-in.js";
import { MemoryReport } from "../../src/report/memory-report.js";
import { isolate, temporaryFolder } from "./fixtures.js";

isolate();

function failureOf(work: () => unknown): DataError {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return error as DataError;
  }
  throw new Error("it did not fail");
}

const small: HousePriceFiles = {
  name: "house-prices",
  train: "Id,Area,Veneer,SalePrice\n1,1,None,100\n2,3,NA,200\n",
  test: "Id,Area,Veneer\n3,NA,Brick\n4,5,None\n",
};

describe("readTable", () => {
  it("takes NA and nothing at all as missing, and None as a category", () => {
    expect(readTable("Id,a,b\n1,NA,None\n2,,x\n", "t.csv")).toEqual({
      columns: ["Id", "a", "b"],
      rows: [
        ["1", null, "None"],
        ["2", null, "x"],
      ],
    });
    expect(readTable("Id,b\n1,None\n", "t.csv", ["None"]).rows).toEqual([["1", null]]);
  });

  it("reads quotes with commas, doubled quotes and line breaks, a byte order mark and lines ended by CRLF", () => {
    const { columns, rows } = readTable('\ufeffId,"a, b"\r\n1,"x ""y"", z"\r\n2,"two\nlines"\r\n\r\n', "t.csv");
    expect(columns).toEqual(["Id", "a, b"]);
    expect(rows).toEqual([
      ["1", 'x "y", z'],
      ["2", "two\nlines"],
    ]);
  });

  it("says what is wrong with a text that is no table", () => {
    expect(failureOf(() => readTable("a,b\n1,2\n3\n", "t.csv")).message).toContain(
      "row 3 has 1 fields, the first row has 2",
    );
    expect(failureOf(() => readTable("", "t.csv")).message).toContain("empty");
    const unclosed = failureOf(() => readTable('a,b\n1,"2\n', "t.csv"));
    expect(unclosed.code).toBe("csv");
    expect(unclosed.message).toContain("a quoted field has no end; it may have been cut off");
    expect(failureOf(() => readTable("a,b\n1,2\n3", "t.csv")).message).toContain("it may have been cut off");
    expect(failureOf(() => readTable("a,b\n1,2,3\n3,4", "t.csv")).message).not.toContain("cut off");
  });
});

describe("prepareHouses", () => {
  it("standardizes numbers over both files, and gives each category and what is missing a column", () => {
    const { features, labels, trainCount, testIds, names, numeric } = prepareHouses(small);
    expect(names).toEqual(["Area", "Veneer_Brick", "Veneer_None", "Veneer_nan"]);
    // Mean 3 and standard deviation 2 of 1, 3 and 5; what is missing is 0.
    expect(features.tolist()).toEqual([
      [-1, 0, 1, 0],
      [0, 0, 0, 1],
      [0, 1, 0, 0],
      [1, 0, 1, 0],
    ]);
    expect(labels.tolist()).toEqual([[100], [200]]);
    expect([trainCount, testIds, numeric]).toEqual([2, ["3", "4"], ["Area"]]);
  });

  it("leaves numbers as they are where that is asked for, and survives a column that says nothing", () => {
    const raw = prepareHouses(small, { standardize: false }).features;
    expect(raw.select(1, 0).tolist()).toEqual([1, 3, 0, 5]);
    const constant = { ...small, train: small.train.replace("2,3", "2,1"), test: small.test.replace("4,5", "4,1") };
    expect(prepareHouses(constant).features.select(1, 0).tolist()).toEqual([0, 0, 0, 0]);
    const unknown = { ...small, train: "Id,a,SalePrice\n1,NA,5\n", test: "Id,a\n2,NA\n" };
    expect(prepareHouses(unknown).features.tolist()).toEqual([[0], [0]]);
  });

  it.each<[string, Partial<HousePriceFiles>, string]>([
    ["another competition's file", { train: "PassengerId,Name,Fare\n1,A,7\n" }, "first column must be Id"],
    ["the same file twice", { test: small.train }, "column 4 is SalePrice, not -"],
    ["other columns", { test: "Id,Area,Roof\n3,1,x\n" }, "column 3 is Roof, not Veneer"],
    ["no houses", { test: "Id,Area,Veneer\n" }, "no houses"],
    ["a missing price", { train: "Id,Area,Veneer,SalePrice\n1,1,None,NA\n" }, "in row 2 it is NA"],
  ])("refuses %s", (_, change, reason) => {
    expect(failureOf(() => prepareHouses({ ...small, ...change })).message).toContain(reason);
  });
});

describe("makeHouses", () => {
  it("makes 79 columns that become 331, the same for the same seed", () => {
    const files = makeHouses();
    expect(files).toEqual(makeHouses(0));
    expect(files.train).not.toBe(makeHouses(1).train);
    const { features, labels, trainCount, testIds, numeric } = prepareHouses(files);
    expect(features.shape).toEqual([2919, 331]);
    expect([trainCount, testIds.length, testIds[0], testIds.at(-1)]).toEqual([1460, 1459, "1461", "2919"]);
    expect(numeric).toHaveLength(36);
    expect(features.isfinite().all().item()).toBe(1);
    const spread = labels.log().std().item();
    expect(spread).toBeGreaterThan(0.35);
    expect(spread).toBeLessThan(0.45);
    expect(prepareHouses(files, { missing: ["NA", "", "None"] }).names).not.toContain("MasVnrType_None");
  });
});

describe("readHouses", () => {
  const read = (folder: string) => {
    const warnings: Localized[] = [];
    return { files: readHouses(folder, (text) => warnings.push(text)), warnings };
  };

  it("finds either pair of names, here or in house-prices, and says when the files are not the book's", async () => {
    for (const [inside, train, test] of [
      ["", "train.csv", "test.csv"],
      ["house-prices", "kaggle_house_pred_train.csv", "kaggle_house_pred_test.csv"],
    ] as const) {
      const folder = await temporaryFolder();
      await mkdir(join(folder, inside), { recursive: true });
      await writeFile(join(folder, inside, train), small.train);
      await writeFile(join(folder, inside, test), small.test);
      const { files, warnings } = read(folder);
      expect(files).toEqual({ ...small, name: "house-prices-other" });
      expect(warnings.map(({ en }) => en)).toEqual([
        expect.stringContaining(`${train} is not the file that the book used (its SHA-1 differs)`),
        expect.stringContaining(test),
      ]);
    }
  });

  it("finds nothing in an empty folder, and refuses half of the data and folders that are not there", async () => {
    const folder = await temporaryFolder();
    expect(read(folder)).toEqual({ files: undefined, warnings: [] });
    expect(failureOf(() => read(join(folder, "nowhere"))).code).toBe("data-folder-missing");
    await writeFile(join(folder, "train.csv"), small.train);
    const failure = failureOf(() => read(folder));
    expect(failure.code).toBe("house-prices-file");
    expect(failure.message).toContain("only one of train.csv and test.csv");
  });
});

describe("the command's houses", () => {
  it("are those of the folder, or made up with a warning that says so once", async () => {
    const folder = await temporaryFolder();
    const made = new MemoryReport();
    const houses = housesSource({ data: folder, report: made });
    expect((await houses()).name).toBe("house-prices-stand-in");
    await houses();
    expect(made.warnings.map(({ en }) => en)).toEqual([expect.stringContaining("NOT real house prices")]);
    await writeFile(join(folder, "train.csv"), small.train);
    await writeFile(join(folder, "test.csv"), small.test);
    const found = new MemoryReport();
    expect(await housesSource({ data: folder, report: found })()).toEqual({ ...small, name: "house-prices-other" });
    expect(found.warnings).toHaveLength(2);
  });
});
