// Houses that the program makes up: Kaggle's 79 columns, as many categories each, prices that follow a rule with noise.
import * as torch from "torchlet";
import type { HousePriceFiles } from "./house-prices.js";

/** Columns with numbers: name, mean, spread, share missing, and how closely it goes with what the house is worth. */
const numeric: readonly (readonly [name: string, mean: number, spread: number, missing: number, effect: number])[] = [
  ["MSSubClass", 57, 42, 0, -0.07],
  ["LotFrontage", 69, 23, 0.17, 0.36],
  ["LotArea", 10000, 7800, 0, 0.26],
  ["OverallQual", 6, 1.4, 0, 0.82],
  ["OverallCond", 5.6, 1.1, 0, -0.04],
  ["YearBuilt", 1971, 30, 0, 0.59],
  ["YearRemodAdd", 1984, 21, 0, 0.57],
  ["MasVnrArea", 102, 179, 0.01, 0.43],
  ["BsmtFinSF1", 441, 455, 0, 0.37],
  ["BsmtFinSF2", 50, 169, 0, 0],
  ["BsmtUnfSF", 561, 440, 0, 0.22],
  ["TotalBsmtSF", 1051, 440, 0, 0.61],
  ["1stFlrSF", 1159, 392, 0, 0.6],
  ["2ndFlrSF", 336, 428, 0, 0.32],
  ["LowQualFinSF", 5, 46, 0, -0.04],
  ["GrLivArea", 1500, 506, 0, 0.7],
  ["BsmtFullBath", 0.4, 0.5, 0, 0.24],
  ["BsmtHalfBath", 0.06, 0.25, 0, 0],
  ["FullBath", 1.6, 0.55, 0, 0.59],
  ["HalfBath", 0.4, 0.5, 0, 0.31],
  ["BedroomAbvGr", 2.9, 0.8, 0, 0.21],
  ["KitchenAbvGr", 1, 0.2, 0, -0.15],
  ["TotRmsAbvGrd", 6.5, 1.6, 0, 0.53],
  ["Fireplaces", 0.6, 0.6, 0, 0.49],
  ["GarageYrBlt", 1978, 25, 0.05, 0.5],
  ["GarageCars", 1.8, 0.8, 0, 0.68],
  ["GarageArea", 473, 215, 0, 0.65],
  ["WoodDeckSF", 94, 127, 0, 0.33],
  ["OpenPorchSF", 47, 68, 0, 0.32],
  ["EnclosedPorch", 23, 64, 0, -0.15],
  ["3SsnPorch", 3, 25, 0, 0.05],
  ["ScreenPorch", 16, 56, 0, 0.12],
  ["PoolArea", 2, 36, 0, 0.07],
  ["MiscVal", 51, 567, 0, -0.02],
  ["MoSold", 6.2, 2.7, 0, 0.06],
  ["YrSold", 2008, 1.3, 0, -0.04],
];

/** Columns with categories: name, how many, share missing. */
const categorical: readonly (readonly [name: string, categories: number, missing: number])[] = [
  ["MSZoning", 5, 0],
  ["Street", 2, 0],
  ["Alley", 2, 0.93],
  ["LotShape", 4, 0],
  ["LandContour", 4, 0],
  ["Utilities", 2, 0],
  ["LotConfig", 5, 0],
  ["LandSlope", 3, 0],
  ["Neighborhood", 25, 0],
  ["Condition1", 9, 0],
  ["Condition2", 8, 0],
  ["BldgType", 5, 0],
  ["HouseStyle", 8, 0],
  ["RoofStyle", 6, 0],
  ["RoofMatl", 8, 0],
  ["Exterior1st", 15, 0],
  ["Exterior2nd", 16, 0],
  ["MasVnrType", 4, 0.01],
  ["ExterQual", 4, 0],
  ["ExterCond", 5, 0],
  ["Foundation", 6, 0],
  ["BsmtQual", 4, 0.03],
  ["BsmtCond", 4, 0.03],
  ["BsmtExposure", 4, 0.03],
  ["BsmtFinType1", 6, 0.03],
  ["BsmtFinType2", 6, 0.03],
  ["Heating", 6, 0],
  ["HeatingQC", 5, 0],
  ["CentralAir", 2, 0],
  ["Electrical", 5, 0],
  ["KitchenQual", 4, 0],
  ["Functional", 7, 0],
  ["FireplaceQu", 5, 0.49],
  ["GarageType", 6, 0.05],
  ["GarageFinish", 3, 0.05],
  ["GarageQual", 5, 0.05],
  ["GarageCond", 5, 0.05],
  ["PavedDrive", 3, 0],
  ["PoolQC", 3, 0.98],
  ["Fence", 4, 0.8],
  ["MiscFeature", 4, 0.96],
  ["SaleType", 9, 0],
  ["SaleCondition", 6, 0],
];

/**
 * 1460 houses with prices and 1459 without. Each has a worth that nobody sees and that is not below -1.5; numeric columns go with it more or less. The logarithm of
 * a price is 12 + 0.38 worth + effects of the neighbourhood and of the other categories + noise: spread as the real ones are, 0.4.
 *
 * @param seed the same seed, the same houses
 */
export function makeHouses(seed = 0): HousePriceFiles {
  const generator = new torch.Generator().manualSeed(seed);
  const [trainCount, testCount] = [1460, 1459];
  const n = trainCount + testCount;
  const normal = (size: number) => torch.randn([size], { generator }).tolist() as number[];
  const uniform = (size: number) => torch.rand([size], { generator }).tolist() as number[];
  const worth = normal(n).map((value) => Math.max(value, -1.5));
  const logPrice = normal(n).map((noise, i) => 12 + 0.38 * worth[i]! + 0.05 * noise);
  const columns: { readonly name: string; readonly cells: readonly string[] }[] = [];
  for (const [name, mean, spread, missing, correlation] of numeric) {
    const own = Math.sqrt(1 - correlation ** 2);
    const z = normal(n).map((value, i) => correlation * worth[i]! + own * value);
    const gone = uniform(n);
    const cells = z.map((value, i) =>
      gone[i]! < missing ? "NA" : String(Math.round((mean + spread * value) * 100) / 100),
    );
    columns.push({ name, cells });
  }
  for (const [name, count, missing] of categorical) {
    const draws = uniform(n);
    const gone = uniform(n);
    const effects = normal(count).map((value) => value * (name === "Neighborhood" ? 0.06 : 0.005));
    const cells = draws.map((u, i) => {
      // The first houses see to it that every category is there; of the others the first categories have more.
      const category = i < 4 * count && gone[i]! >= missing ? i % count : Math.floor(u * u * count);
      if (gone[i]! < missing) return "NA";
      logPrice[i]! += effects[category]!;
      return name === "MasVnrType" && category === 0
        ? "None"
        : `${name.slice(0, 2)}${String.fromCharCode(65 + category)}`;
    });
    columns.push({ name, cells });
  }
  const price = (i: number) => String(Math.round(Math.exp(logPrice[i]!)));
  const line = (i: number) => [String(i + 1), ...columns.map(({ cells }) => cells[i]!)];
  const head = ["Id", ...columns.map(({ name }) => name)];
  const rows = (first: number, last: number, priced: boolean) => {
    const lines = [priced ? [...head, "SalePrice"] : head];
    for (let i = first; i < last; i++) lines.push(priced ? [...line(i), price(i)] : line(i));
    return `${lines.map((cells) => cells.join(",")).join("\n")}\n`;
  };
  return { name: "house-prices-stand-in", train: rows(0, trainCount, true), test: rows(trainCount, n, false) };
}
