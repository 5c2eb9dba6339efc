// Preprocessing against scikit-learn's recorded values; text columns, missing values, JSON, refusals.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { firstFar } from "../support/compare.js";
import { codeOf } from "../support/errors.js";

const S = torch.selection;
const { float64 } = torch;

type Matrix = readonly (readonly (number | null)[])[];
interface Scaled {
  readonly fitted: Matrix;
  readonly new: Matrix;
  readonly back: Matrix;
}
const recorded = JSON.parse(readFileSync(new URL("recorded.json", import.meta.url), "utf8")) as {
  readonly X: Matrix;
  readonly Xnew: Matrix;
  readonly Xmiss: Matrix;
  readonly standard: Scaled;
  readonly standardNoMean: Scaled;
  readonly minMax: Scaled;
  readonly minMaxRange: Scaled;
  readonly imputed: Readonly<Record<"mean" | "median" | "mostFrequent", Matrix>>;
  readonly oneHot: Readonly<Record<"plain" | "first", { readonly values: Matrix; readonly names: readonly string[] }>>;
  readonly polynomial: Readonly<
    Record<"degree3" | "interaction" | "noBias", { readonly values: Matrix; readonly powers: readonly number[][] }>
  >;
};
const numbers = (m: Matrix) => m.map((row) => row.map((v) => v ?? Number.NaN));
const matrix = (m: Matrix) => torch.tensor(numbers(m), { dtype: float64 });
const far = (got: torch.Tensor, want: Matrix, relative = 1e-12) =>
  firstFar(Array.from(got.toTypedArray()), numbers(want).flat(), relative, 1e-12);

const X = matrix(recorded.X);
const XNew = matrix(recorded.Xnew);
const colors = { color: ["red", "blue", "red", "green", "blue"], size: [3, 1, 2, 3, 1] };

describe("scikit-learn's values", () => {
  const scalers: [keyof typeof recorded, () => torch.selection.StandardScaler | torch.selection.MinMaxScaler][] = [
    ["standard", () => new S.StandardScaler()],
    ["standardNoMean", () => new S.StandardScaler({ withMean: false })],
    ["minMax", () => new S.MinMaxScaler()],
    ["minMaxRange", () => new S.MinMaxScaler({ featureRange: [-2, 3], clip: true })],
  ];
  it.each(scalers)("%s", (name, make) => {
    const want = recorded[name] as Scaled;
    const scaler = make().fit(X);
    expect(far(scaler.transform(X), want.fitted)).toBeNull();
    expect(far(scaler.transform(XNew), want.new)).toBeNull();
    expect(far(scaler.inverseTransform(scaler.transform(XNew)), want.back)).toBeNull();
  });

  it.each(["mean", "median", "mostFrequent"] as const)("SimpleImputer: %s", (strategy) => {
    const got = new S.SimpleImputer({ strategy }).fitTransform(matrix(recorded.Xmiss));
    expect(far(got, recorded.imputed[strategy])).toBeNull();
  });

  it("OneHotEncoder", () => {
    for (const [name, drop] of [
      ["plain", null],
      ["first", "first"],
    ] as const) {
      const encoder = new S.OneHotEncoder({ drop });
      expect(encoder.fitTransform(colors).tolist()).toEqual(recorded.oneHot[name].values);
      expect(encoder.getFeatureNamesOut()).toEqual(recorded.oneHot[name].names);
    }
  });

  it("PolynomialFeatures", () => {
    const two = XNew.narrow(1, 0, 2);
    const ways = {
      degree3: new S.PolynomialFeatures(3),
      interaction: new S.PolynomialFeatures(2, { interactionOnly: true }),
      noBias: new S.PolynomialFeatures(2, { includeBias: false }),
    };
    for (const [name, features] of Object.entries(ways)) {
      const want = recorded.polynomial[name as keyof typeof ways];
      expect(far(features.fitTransform(two), want.values)).toBeNull();
      expect(features.powers).toEqual(want.powers);
    }
  });
});

describe("the book's ways", () => {
  it("the standard deviation of a sample, missing values first", () => {
    // pandas: (x - x.mean()) / x.std(), then fillna(0).
    const scaler = new S.StandardScaler({ ddof: 1 });
    const scaled = scaler.fitTransform({ area: [1, null, 2, 6] });
    const filled = new S.SimpleImputer({ strategy: "constant" }).fitTransform(scaled);
    const std = Math.sqrt(7);
    expect(scaler.mean).toEqual([3]);
    expect(firstFar(filled.toTypedArray(), [-2 / std, 0, -1 / std, 3 / std], 1e-6)).toBeNull();
  });

  it("monomials over factorials", () => {
    const features = new S.PolynomialFeatures(4, { factorialScaling: true });
    const got = features.fitTransform(torch.tensor([[3]], { dtype: float64 })).toTypedArray();
    expect(firstFar(got, [1, 3, 9 / 2, 27 / 6, 81 / 24], 1e-15)).toBeNull();
    expect(features.getFeatureNamesOut()).toEqual(["1", "x0", "x0^2", "x0^3", "x0^4"]);
  });

  it("a column for missing values, as dummy_na", () => {
    const train = { zone: ["b", "a", "b"] };
    const test = { zone: ["a", null, "b"] };
    const always = new S.OneHotEncoder({ dummyNa: true }).fit(train);
    expect(always.getFeatureNamesOut()).toEqual(["zone_a", "zone_b", "zone_nan"]);
    expect(always.transform(test).tolist()).toEqual([
      [1, 0, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
    expect(new S.OneHotEncoder({ dummyNa: false }).fit(test).transform(test).tolist()).toEqual([
      [1, 0],
      [0, 0],
      [0, 1],
    ]);
    expect(new S.OneHotEncoder().fit(test).categories).toEqual([["a", "b", null]]);
    expect(codeOf(() => new S.OneHotEncoder().fit(train).transform(test))).toBe("unknown-category");
  });
});

describe("OneHotEncoder", () => {
  it("gives zeros for what it does not know, where asked to", () => {
    const encoder = new S.OneHotEncoder({ handleUnknown: "ignore" }).fit(colors);
    const row = encoder.transform({ size: [2], color: ["pink"], other: [0] });
    expect(row.tolist()).toEqual([[0, 0, 0, 0, 1, 0]]);
    expect(encoder.inverseTransform(row)).toEqual({ color: [null], size: [2] });
  });

  it("goes back", () => {
    for (const drop of [null, "first", "ifBinary"] as const) {
      const data = { ...colors, both: ["n", "y", "y", "n", "n"] };
      const encoder = new S.OneHotEncoder({ drop });
      expect(encoder.inverseTransform(encoder.fitTransform(data))).toEqual(data);
    }
  });

  it("takes lists of categories, and holds the training part to them", () => {
    const categories = [
      ["green", "red"],
      [1, 2, 3],
    ];
    expect(codeOf(() => new S.OneHotEncoder({ categories }).fit(colors))).toBe("unknown-category");
    const encoder = new S.OneHotEncoder({ categories, handleUnknown: "ignore" }).fit(colors);
    expect(encoder.getFeatureNamesOut().slice(0, 2)).toEqual(["color_green", "color_red"]);
  });
});

const houses = {
  area: [50, null, 70, 90, 60, 80],
  year: Int32Array.of(1990, 2000, 2010, 1980, 1970, 2005),
  zone: ["a", "b", null, "a", "b", "a"],
};
const makeHouses = () =>
  new S.ColumnTransformer(
    [
      {
        name: "number",
        transformer: new S.Pipeline(new S.SimpleImputer({ strategy: "median" }), new S.StandardScaler()),
        columns: ["area"],
      },
      { name: "text", transformer: new S.OneHotEncoder({ dummyNa: true }), columns: ["zone"] },
    ],
    { remainder: "passthrough" },
  );

describe("ColumnTransformer", () => {
  it("transforms columns apart and joins them", () => {
    const all = makeHouses();
    const got = all.fitTransform(houses);
    expect(all.getFeatureNamesOut()).toEqual([
      "number__area",
      "text__zone_a",
      "text__zone_b",
      "text__zone_nan",
      "remainder__year",
    ]);
    expect(got.narrow(1, 1, 4).tolist()).toEqual([
      [1, 0, 0, 1990],
      [0, 1, 0, 2000],
      [0, 0, 1, 2010],
      [1, 0, 0, 1980],
      [0, 1, 0, 1970],
      [1, 0, 0, 2005],
    ]);
    // The median of what is there is 70, the mean with it 70 too, the variance 1000/6.
    const z = [-20, 0, 0, 20, -10, 10].map((v) => v / Math.sqrt(1000 / 6));
    expect(firstFar(got.select(1, 0).toTypedArray(), z, 1e-6, 1e-6)).toBeNull();
  });

  it("takes columns of a tensor by number", () => {
    const step = { name: "s", transformer: new S.MinMaxScaler(), columns: [2, 0] };
    const got = new S.ColumnTransformer([step]).fitTransform(
      torch.tensor([
        [1, 5, 0],
        [3, 6, 10],
      ]),
    );
    expect(got.tolist()).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });
});

describe("Pipeline", () => {
  it("gives what its last step gives, and goes back through all of them", () => {
    const pipeline = new S.Pipeline(new S.SimpleImputer(), new S.MinMaxScaler(), new S.StandardScaler());
    const z: torch.Tensor = pipeline.fitTransform(X);
    expect(firstFar(z.mean(0).toTypedArray(), [0, 0, 0], 0, 1e-12)).toBeNull();
    const filled = new S.SimpleImputer().fitTransform(X);
    // Imputing has no inverse: the scalers alone go back.
    expect(codeOf(() => pipeline.inverseTransform(z))).toBe("no-inverse");
    const scalers = new S.Pipeline(new S.MinMaxScaler(), new S.StandardScaler());
    const back = scalers.inverseTransform(scalers.fitTransform(filled)) as torch.Tensor;
    expect(firstFar(back.toTypedArray(), filled.toTypedArray(), 1e-12)).toBeNull();
    expect(scalers.getFeatureNamesOut()).toEqual(["0", "1", "2"]);
  });
});

describe("JSON", () => {
  const fitted: [torch.selection.Transformer, torch.selection.Table][] = [
    [new S.StandardScaler({ ddof: 1 }).fit(X), XNew],
    [new S.MinMaxScaler({ featureRange: [-1, 1] }).fit(X), XNew],
    [new S.SimpleImputer({ strategy: "median" }).fit(X), X],
    [
      new S.OneHotEncoder({ handleUnknown: "ignore", categories: [["a", null, "NaN"]] }).fit({ z: ["a"] }),
      { z: ["NaN"] },
    ],
    [new S.PolynomialFeatures(3, { factorialScaling: true }).fit(X), XNew],
    [makeHouses().fit(houses), houses],
  ];
  it.each(fitted.map(([t, table]) => [t.kind, t, table] as const))(
    "%s comes back with the same bits",
    (_, t, table) => {
      const text = JSON.stringify(t);
      const again = S.transformerFromJson(text);
      const [a, b] = [again.transform(table) as torch.Tensor, t.transform(table) as torch.Tensor];
      expect(Array.from(a.toTypedArray())).toEqual(Array.from(b.toTypedArray()));
      expect(JSON.stringify(again)).toBe(text);
      expect(again.getFeatureNamesOut()).toEqual(t.getFeatureNamesOut());
    },
  );

  it("keeps what has no value", () => {
    const scaler = new S.StandardScaler().fit(torch.full([2, 1], Number.NaN));
    const again = S.transformerFromJson(JSON.stringify(scaler)) as torch.selection.StandardScaler;
    expect(again.mean).toEqual([Number.NaN]);
  });

  it("comes back unfitted where it was", () => {
    const again = S.transformerFromJson(JSON.stringify(new S.StandardScaler({ ddof: 1 })));
    expect(codeOf(() => again.transform(X))).toBe("not-fitted");
    expect((again as torch.selection.StandardScaler).options).toEqual({ ddof: 1 });
  });

  it("refuses what is none", () => {
    const good = new S.StandardScaler().fit(X).toJSON();
    const bad = [
      "{",
      "null",
      {},
      { ...good, version: 2 },
      { ...good, kind: "PowerTransformer" },
      { ...good, state: { ...(good.state as object), mean: [1] } },
      { ...good, state: { names: ["a"] } },
      { ...good, state: 7 },
      { ...good, kind: "OneHotEncoder" },
      { ...good, kind: "SimpleImputer" },
    ];
    for (const json of bad) expect(codeOf(() => S.transformerFromJson(json))).toBe("transformer-json");
  });
});

describe("refusals", () => {
  const rows: [string, () => unknown][] = [
    ["not-fitted", () => new S.StandardScaler().transform(X)],
    ["not-fitted", () => new S.MinMaxScaler().transform(X)],
    ["not-fitted", () => new S.SimpleImputer().transform(X)],
    ["not-fitted", () => new S.OneHotEncoder().transform(colors)],
    ["not-fitted", () => new S.PolynomialFeatures().transform(X)],
    ["not-fitted", () => new S.Pipeline(new S.StandardScaler()).transform(X)],
    ["not-fitted", () => makeHouses().transform(houses)],
    ["feature-count", () => new S.StandardScaler().fit(X).transform(X.narrow(1, 0, 2))],
    ["feature-missing", () => new S.OneHotEncoder().fit(colors).transform({ color: ["red"] })],
    [
      "feature-missing",
      () => new S.ColumnTransformer([{ name: "a", transformer: new S.StandardScaler(), columns: ["no"] }]).fit(colors),
    ],
    ["matrix-needed", () => new S.StandardScaler().fit(torch.zeros(3))],
    ["number-needed", () => new S.StandardScaler().fit(colors)],
    ["no-samples", () => new S.StandardScaler().fit(torch.zeros(0, 2))],
    ["imputer-empty", () => new S.SimpleImputer().fit({ a: [null, undefined] })],
    ["number-needed", () => new S.SimpleImputer().fit({ a: ["x", null] })],
    ["feature-range", () => new S.MinMaxScaler({ featureRange: [1, 1] })],
    ["category-lists", () => new S.OneHotEncoder({ categories: [] }).fit(colors)],
    ["count", () => new S.PolynomialFeatures(1.5)],
    ["no-inverse", () => new S.PolynomialFeatures(1).fit(X).inverseTransform(X)],
    ["column-length", () => new S.OneHotEncoder().fit({ a: ["x"], b: [] })],
  ];
  it.each(rows.map(([code, body], i) => [i, code, body] as const))("%i: %s", (_, code, body) => {
    expect(codeOf(body)).toBe(code);
  });
});
