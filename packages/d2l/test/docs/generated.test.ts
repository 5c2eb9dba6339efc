// Documents that scripts make from declarations: each must be what its script makes of the declarations of now.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { experimentsTable, secondsOf } from "../../../../scripts/experiments.mjs";
import { notesMap, uncovered } from "../../../../scripts/notes-map.mjs";
import { chapter, experiments } from "../../src/index.js";

const file = (name: string) => new URL(`../../../../docs/${name}`, import.meta.url);
const read = (name: string) => readFileSync(file(name), "utf8");

describe("docs/experiments.md", () => {
  it("is what scripts/experiments.mjs makes, seconds aside", () => {
    const text = read("experiments.md");
    expect(text).toBe(experimentsTable(experiments, chapter.headings, secondsOf(text)));
    for (const { id } of experiments) expect(text).toContain(`| \`${id}\` |`);
  });

  it("keeps the seconds that were measured", () => {
    const seconds = { mlp: { default: 12, quick: undefined } };
    const text = experimentsTable(experiments, chapter.headings, seconds);
    expect(secondsOf(text)["mlp"]).toEqual(seconds.mlp);
    expect(Object.keys(secondsOf(text)).sort()).toEqual(experiments.map(({ id }) => id).sort());
  });
});

// The map is made when the chapter is whole; until then there is no file.
const made = existsSync(file("notes-map.md"));
if (!made) console.log("docs/notes-map.md: skipped, node scripts/notes-map.mjs has not made it yet");

describe.skipIf(!made)("docs/notes-map.md", () => {
  it("is what scripts/notes-map.mjs makes", () => {
    expect(read("notes-map.md")).toBe(notesMap(experiments, chapter));
  });

  it("has no empty row: a function or an experiment for every item and correction", () => {
    expect(uncovered(experiments, chapter)).toEqual([]);
    const empty = read("notes-map.md")
      .split("\n")
      .filter((line) => /^\| [FP]\d+ \|/.test(line) && /^\| [FP]\d+ \|[^|]*(\| — )+\|$/.test(line));
    expect(empty).toEqual([]);
  });
});

describe("the map", () => {
  it("finds what nothing covers", () => {
    const bare = { covers: [], claims: {}, corrections: [] };
    const item = (id: string, functions: string[] = []) => ({ id, functions });
    const notes = { items: [item("F1"), item("F2", ["torch.gt"]), item("F3"), item("F4")], corrections: [item("P1")] };
    expect(
      uncovered(
        [
          { ...bare, covers: ["F3"] },
          { ...bare, claims: { a: { items: ["F4"] } } },
        ],
        notes,
      ),
    ).toEqual(["F1", "P1"]);
  });

  it("has a row for every item and correction", () => {
    const text = notesMap(experiments, chapter);
    for (const { id } of [...chapter.items, ...chapter.corrections])
      expect(text.match(new RegExp(`^\\| ${id} \\|`, "gm"))).toHaveLength(1);
  });
});
