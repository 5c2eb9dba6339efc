// Parts of the command that need no process: suggestions, flags, signals.
import { setLocale } from "torchlet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Interruption } from "../../src/cli/interruption.js";
import { flagOf, flagsFor } from "../../src/cli/option-flags.js";
import { editDistance, suggestion } from "../../src/cli/suggest.js";

beforeEach(() => setLocale("en"));
afterEach(() => setLocale(null));

describe("suggestions", () => {
  it("counts what a hand gets wrong", () => {
    expect([
      editDistance("list", "lsit"),
      editDistance("abc", "abc"),
      editDistance("", "abc"),
      editDistance("kitten", "sitting"),
    ]).toEqual([1, 0, 3, 3]);
  });

  it("are near, or none", () => {
    const known = ["--epochs", "--batch-size", "--lr", "--out"];
    expect(
      ["--epoch", "--batchsize", "--bach-size", "--l", "--batch", "--zzz"].map((typed) => suggestion(typed, known)),
    ).toEqual(["--epochs", "--batch-size", "--batch-size", "--lr", "--batch-size", undefined]);
  });
});

describe("flags", () => {
  it("are the names with hyphens", () => {
    expect(["lr", "batchSize", "fromScratch"].map(flagOf)).toEqual(["--lr", "--batch-size", "--from-scratch"]);
  });

  it("turn off what is on", () => {
    const help = { en: "shuffle", zh: "打乱" };
    expect(flagsFor("shuffle", { type: "boolean", default: true, help }).map(({ flags }) => flags)).toEqual([
      "--shuffle",
      "--no-shuffle",
    ]);
  });

  it.each([
    ["0.1", 0.1],
    ["1e-3", 1e-3],
    [".5", 0.5],
    ["+2", 2],
  ])("read %s as %d", (text, value) => {
    const [option] = flagsFor("lr", { type: "number", default: 0.1, help: { en: "", zh: "" } });
    expect(option!.parseArg!(text, undefined as never)).toBe(value);
  });

  it.each(["0x10", "1_000", " 1", "1,5", "NaN", "1e999"])("do not read %j", (text) => {
    const [option] = flagsFor("lr", { type: "number", default: 0.1, help: { en: "", zh: "" } });
    expect(() => option!.parseArg!(text, undefined as never)).toThrow(/must be a number/);
  });
});

describe("signals", () => {
  it("first abort, then quit; an echo of the first is none", () => {
    const before = new Set(process.listeners("SIGINT"));
    const events: string[] = [];
    let now = 0;
    const interruption = new Interruption(
      { onFirst: () => events.push("first"), onSecond: () => events.push("second") },
      () => now,
      (code) => events.push(`exit ${code}`),
    );
    const [listener] = process.listeners("SIGINT").filter((one) => !before.has(one));
    expect(interruption.exitCode).toBeUndefined();
    listener!("SIGINT");
    now = 20;
    listener!("SIGINT");
    expect([events, interruption.signal.aborted, interruption.exitCode]).toEqual([["first"], true, 130]);
    now = 1000;
    listener!("SIGINT");
    expect(events).toEqual(["first", "second", "exit 130"]);
    interruption.dispose();
    expect(process.listeners("SIGINT").filter((one) => !before.has(one))).toEqual([]);
  });
});
