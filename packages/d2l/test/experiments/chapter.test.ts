// The notes as data, and what experiments declare about them.
import * as torch from "torchlet";
import { describe, expect, it } from "vitest";
import { chapter } from "../../src/experiments/chapter/index.js";
import { defaultOptions } from "../../src/experiments/experiment.js";
import * as d2l from "../../src/index.js";
import { labelOf } from "../../src/report/text/labels.js";

const { experiments } = d2l;

/** `torch.nn.Linear` as a value; methods are looked up on prototypes. */
function resolve(path: string): unknown {
  const [root, ...names] = path.split(".");
  let at: unknown = root === "torch" ? torch : root === "d2l" ? d2l : undefined;
  for (const name of names) {
    const holder = at as Record<string, unknown> & { prototype?: Record<string, unknown> };
    at = holder?.[name] ?? holder?.prototype?.[name];
  }
  return at;
}

describe("the notes", () => {
  it("have items F1 to F123 and corrections P1 to P35, each once, in order", () => {
    expect(chapter.items.map(({ id }) => id)).toEqual(Array.from({ length: 123 }, (_, i) => `F${i + 1}`));
    expect(chapter.corrections.map(({ id }) => id)).toEqual(Array.from({ length: 35 }, (_, i) => `P${i + 1}`));
    const headings = chapter.headings.map(({ id }) => id);
    expect(new Set(headings).size).toBe(headings.length);
    for (const item of chapter.items) expect(headings).toContain(item.heading);
  });

  it("name functions that exist", () => {
    const named = [...chapter.items, ...chapter.corrections].flatMap(({ functions }) => functions);
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((name) => typeof resolve(name) !== "function")).toEqual([]);
  });
});

/** What is written the same in both languages. */
const names = new Set(["tanh", "relu", "sigmoid", "softmax", "cos", "float", "ln", "log", "inf", "std", "max", "min"]);

/** Letters of formulas, spelled out. */
const greek = new Set(["alpha", "beta", "lambd"]);

describe("experiments", () => {
  const known = new Set<string>([...chapter.items, ...chapter.corrections].map(({ id }) => id));

  it("have names of their own", () => {
    const ids = experiments.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(experiments.map((experiment) => [experiment.id, experiment] as const))(
    "%s refers to items that exist",
    (_, experiment) => {
      const { covers, claims, corrections = [] } = experiment;
      const named = [...covers, ...corrections, ...Object.values(claims).flatMap(({ items }) => items)];
      expect(named.filter((id) => !known.has(id))).toEqual([]);
    },
  );

  it.each(experiments.map((experiment) => [experiment.id, experiment] as const))(
    "%s speaks both languages",
    (_, experiment) => {
      const texts = [
        experiment.title,
        experiment.summary,
        experiment.explain.shows,
        ...experiment.explain.lookFor,
        ...Object.values(experiment.claims).map(({ claim }) => claim),
        ...Object.values(experiment.options).map(({ help }) => help),
      ];
      for (const { en, zh } of texts) {
        expect(en).toMatch(/[a-z]/i);
        expect(zh).toMatch(/\p{Script=Han}/u);
      }
      const inChinese = (name: string) => {
        torch.setLocale("zh");
        const label = labelOf(name, experiment.labels);
        torch.setLocale("en");
        return label;
      };
      const english = Object.keys(experiment.options).filter((name) => !/\p{Script=Han}/u.test(inChinese(name)));
      expect(english.filter((name) => !greek.has(name))).toEqual([]);
      const plain = Object.values(experiment.claims)
        .flatMap(({ expected, source }) => [expected, source])
        .filter((text) => typeof text === "string");
      expect(plain.filter((text) => text.match(/[a-z]{3,}/g)?.some((word) => !names.has(word)))).toEqual([]);
    },
  );

  it.each(experiments.map((experiment) => [experiment.id, experiment] as const))(
    "%s has quick options within its ranges",
    (_, experiment) => {
      const values: Record<string, unknown> = { ...defaultOptions(experiment), ...experiment.quick };
      expect(Object.keys(values).sort()).toEqual(Object.keys(experiment.options).sort());
      for (const [name, spec] of Object.entries(experiment.options)) {
        const value = values[name];
        if (spec.type === "choice") expect(spec.choices).toContain(value);
        else if (spec.type === "boolean") expect(typeof value).toBe("boolean");
        else {
          expect(value).toBeGreaterThanOrEqual(spec.min ?? Number.NEGATIVE_INFINITY);
          expect(value).toBeLessThanOrEqual(spec.max ?? Number.POSITIVE_INFINITY);
        }
      }
    },
  );
});
