// `torchlet search`, `cv` and `study` as processes, on the embedded stand-in.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setLocale } from "torchlet";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Output } from "../../src/cli/output.js";
import { makeProgram } from "../../src/cli/program.js";
import { isDone, UsageError } from "../../src/cli/usage-error.js";
import type { RunResult } from "../../src/report/report.js";
import { buildCommand, command, scratchFolder } from "./command.js";

const cwd = scratchFolder();
const env = { TORCHLET_OFFLINE: "1", TORCHLET_CACHE: join(cwd, "cache"), TORCHLET_BLAS: "off" };
const run = (args: readonly string[], options: Parameters<typeof command>[1] = {}) =>
  command(args, { cwd, env, ...options });
beforeAll(buildCommand, 120_000);
beforeEach(() => {
  setLocale("en");
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  vi.stubEnv("TORCHLET_DATA", undefined);
});
afterEach(() => {
  setLocale(null);
  vi.unstubAllEnvs();
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

// Processes take a while on a machine that has other work.
vi.setConfig({ testTimeout: 180_000 });

/** The command line in this process: what it writes, or what it throws. */
async function here(args: readonly string[]): Promise<string> {
  let text = "";
  const out = { write: (part: string) => (text += part), isTTY: false, whenClosed() {} } as unknown as Output;
  const program = makeProgram([], { out, err: out }, () => {});
  await program.parseAsync([...args], { from: "user" }).catch((error: unknown) => {
    throw isDone(error) ? new Error(text) : error;
  });
  return text;
}

const small = ["--epochs", "3", "--samples", "400", "--validation", "100"];
const result = (text: string) => JSON.parse(text) as RunResult & { best: Record<string, unknown> };

/** The trials of a study as far as the seed decides them. */
async function trialsOf(path: string) {
  const { trials } = JSON.parse(await here(["study", "show", path, "--json"])) as { trials: Record<string, unknown>[] };
  return trials.map(({ number, state, params, values, intermediate }) => ({
    number,
    state,
    params,
    values,
    intermediate,
  }));
}

describe("a search", () => {
  const args = ["search", "mlp", "--trials", "6", "--pruner", "median", ...small];

  it("ends with a report, a study, and the winner's test", async () => {
    const { code, stdout, stderr } = await run([...args, "--jobs", "1", "--out", "one"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("This is NOT Fashion-MNIST");
    expect(stdout).toMatch(/^trial 5 {2}validation accuracy 0\.\d+ {2}best 0\.\d+/m);
    expect(stdout).toMatch(/^✓ Trained again from its seed, the winner reaches the same validation accuracy/m);
    expect(stdout).toMatch(/^trials 6 .*validation accuracy 0\.\d+ · test accuracy 0\.\d+$/m);
    const [folder] = readdirSync(join(cwd, "one"));
    expect(folder).toMatch(/-search-mlp$/);
    const files = readdirSync(join(cwd, "one", folder!));
    for (const name of ["report.html", "study.jsonl", "result.json", "history.svg", "slice.png", "parallel.svg"]) {
      expect(files).toContain(name);
    }
    const { best, metrics, checks } = result(readFileSync(join(cwd, "one", folder!, "result.json"), "utf8"));
    expect(best["value"]).toBe(metrics["validationAccuracy"]);
    expect(checks.map(({ ok }) => ok)).toEqual([true]);
  });

  it("is gone on with after kill -9 and after Ctrl-C, on two threads, and ends with the same trials", async () => {
    const study = join(cwd, "killed.jsonl");
    const often = [...args, "--study", study, "--jobs", "2", "--out", "two"];
    const until = (text: RegExp, signal: NodeJS.Signals) => {
      let sent = false;
      return (output: string, child: { kill(signal: NodeJS.Signals): unknown }) => {
        if (sent || !text.test(output)) return;
        sent = true;
        child.kill(signal);
      };
    };
    const killed = await run(often, { onOutput: until(/^trial 0 /m, "SIGKILL") });
    expect(killed.signal).toBe("SIGKILL");

    await expect(here([...often, "--resume", "--epochs", "2"])).rejects.toThrow(
      `${study}: the study was begun with options.epochs 3, not 2; leave these options out, or begin another study`,
    );
    await expect(here(often)).rejects.toThrow(
      `${study}: the file holds a study already; add --resume to go on with it, or choose another file`,
    );

    const resume = ["search", "mlp", "--study", study, "--resume", "--out", "two"];
    const stopped = await run(resume, { onOutput: until(/^trial \d+ /m, "SIGINT") });
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toContain("Stopped before the end");
    expect(stopped.stdout).toContain("Go on with: torchlet search mlp --resume --study ");

    const finished = await run([...resume, "--json", "result.json", "--no-test"]);
    expect([finished.code, finished.stderr]).toEqual([0, ""]);
    expect(finished.stdout).not.toContain("held against the test set");
    expect(result(readFileSync(join(cwd, "result.json"), "utf8")).metrics["trials"]).toBe(6);
    const [folder] = readdirSync(join(cwd, "one"));
    expect(await trialsOf(study)).toEqual(await trialsOf(join(cwd, "one", folder!, "study.jsonl")));
  });

  it("runs by hand and over a grid, with usual values for all else", async () => {
    const common = [...small, "--no-files", "--no-test", "--quiet", "--jobs", "1"];
    await here([
      ...["search", "mlp", "--sampler", "manual", "--enqueue", "lr=0.1,width=64", "--enqueue", "lr=0.5"],
      ...["--fix", "batchSize=64", "--study", join(cwd, "hand.jsonl"), ...common],
    ]);
    await here([
      ...["search", "mlp", "--sampler", "grid", "--grid", "lr=0.01|0.1,activation=relu|tanh"],
      ...["--study", join(cwd, "grid.jsonl"), ...common],
    ]);
    const tried = await trialsOf(join(cwd, "hand.jsonl"));
    expect(tried.map(({ params }) => params)).toEqual([
      { lr: 0.1, width: 64 },
      { lr: 0.5, width: 256 },
    ]);
    const points = (await trialsOf(join(cwd, "grid.jsonl"))).map(({ params }) => {
      const { lr, activation } = params as Record<string, unknown>;
      return `${lr} ${activation}`;
    });
    expect(points.sort()).toEqual(["0.01 relu", "0.01 tanh", "0.1 relu", "0.1 tanh"]);
  });
});

describe("a study", () => {
  it("is shown as text, as JSON and as a page; others are listed", async () => {
    const path = join(cwd, "hand.jsonl");
    const page = join(cwd, "page.html");
    const shown = await here(["study", "show", path, "--html", page]);
    expect(shown).toContain('Study "mlp"');
    expect(shown).toContain("The best trials");
    expect(shown).toMatch(/Page: .*page\.html/);
    expect(readFileSync(page, "utf8")).toContain("validation accuracy");
    expect(await here(["study", "list", cwd])).toMatch(/hand\.jsonl +mlp {2}2 of 2 trials ended {2}best 0\.\d+$/m);
    setLocale("zh");
    expect(await here(["study", "show", path])).toContain("最好的几次试验");
  });

  it("may be torn at its end, but neither damaged nor foreign", async () => {
    const text = readFileSync(join(cwd, "hand.jsonl"), "utf8");
    writeFileSync(join(cwd, "torn.jsonl"), text.slice(0, -20));
    writeFileSync(join(cwd, "damaged.jsonl"), text.replace('"width"', '"wodth"'));
    writeFileSync(join(cwd, "foreign.jsonl"), '{"epoch":1}\n');
    mkdirSync(join(cwd, "folder.jsonl"));
    const show = (name: string) => here(["study", "show", join(cwd, name)]);
    expect(await show("torn.jsonl")).toContain("The best trials");
    await expect(show("damaged.jsonl")).rejects.toThrow(/damaged\.jsonl: line \d+ is damaged/);
    await expect(show("foreign.jsonl")).rejects.toThrow("line 1 shows that this is no journal of a study");
    await expect(show("missing.jsonl")).rejects.toThrow(/missing\.jsonl: cannot be opened/);
    await expect(show("folder.jsonl")).rejects.toThrow("this is a folder, not a study's file");
  });
});

describe("cross-validation", () => {
  it("shows the folds of the MLP, and chooses the polynomial's degree", async () => {
    const [first, second] = [join(cwd, "mlp.json"), join(cwd, "polynomial.json")];
    const mlp = await here([
      "cv",
      "mlp",
      "--k",
      "3",
      "--samples",
      "300",
      "--epochs",
      "1",
      "--no-files",
      "--json",
      first,
    ]);
    await here(["cv", "polynomial", "--k", "5", "--degrees", "8", "--out", join(cwd, "cv"), "--json", second]);
    expect(mlp).toMatch(/^3 {2,}200 +100 +0\.\d{4}/m);
    expect(mlp).toContain("The test set was not touched.");
    const { history, metrics } = result(readFileSync(first, "utf8"));
    const mean = history.reduce((sum, fold) => sum + fold["validationAccuracy"]! / 3, 0);
    expect(metrics["validationAccuracy"]).toBeCloseTo(mean, 12);
    expect(result(readFileSync(second, "utf8")).metrics["degree"]).toBe(3);
    expect(readdirSync(join(cwd, "cv"))[0]).toMatch(/-cv-polynomial$/);
  });
});

describe("mistakes", () => {
  it.each([
    [["search"], "which model? There are: mlp"],
    [["search", "mpl"], 'unknown model "mpl"; did you mean mlp?'],
    [["search", "mlp", "--trails", "3"], 'unknown option "--trails"; did you mean --trials?'],
    [["search", "mlp", "--sampler", "best"], "--sampler: must be one of "],
    [["search", "mlp", "--trials", "0"], '--trials: must be a whole number from 1 to 100000, got "0"'],
    [["search", "mlp", "--enqueue", "lr"], '--enqueue: must be name=value pairs with commas between, got "lr"'],
    [["search", "mlp", "--enqueue", "lrr=1"], 'unknown parameter "lrr"; did you mean lr?'],
    [["search", "mlp", "--enqueue", "lr=2"], '--enqueue: lr must be a number from 0.001 to 1, logarithmic, got "2"'],
    [["search", "mlp", "--fix", "width=64.5"], "--fix: width must be a whole number from 32 to 512"],
    [["search", "mlp", "--fix", "lr=0.1,lr=0.2"], "--fix: lr is given twice"],
    [["search", "mlp", "--grid", "lr=0.1"], "--grid: needs --sampler grid"],
    [["search", "mlp", "--sampler", "manual"], "--sampler manual: needs at least one --enqueue"],
    [
      ["search", "mlp", "--resume", "--out", "nowhere"],
      "nowhere: there is no study to go on with; name it with --study",
    ],
    [["search", "mlp", "--timeout", "soon"], '--timeout: must be a number of at least 0, got "soon"'],
    [["cv", "mpl"], 'unknown model "mpl"; did you mean mlp?'],
    [["cv", "mlp", "--k", "1"], '--k: must be a whole number from 2 to 1000, got "1"'],
    [["study", "shwo"], 'unknown command "shwo"; did you mean show?'],
    [["study", "show"], "an argument is missing: file; see torchlet study show --help"],
  ])("%j", async (args, message) => {
    await expect(here(args)).rejects.toThrow(message);
    await expect(here(args)).rejects.toBeInstanceOf(UsageError);
    expect(existsSync(join(cwd, "runs"))).toBe(false);
  });

  it("are told in Chinese too, and so is the help", async () => {
    setLocale("zh");
    await expect(here(["search", "mlp", "--enqueue", "lr=2"])).rejects.toThrow(
      '--enqueue: lr 必须是 0.001 到 1 之间的数（对数），得到的是 "2"',
    );
    const help = await here(["search", "mlp", "--help"]).catch((error: Error) => error.message);
    expect(help).toContain("用法: torchlet search mlp");
    expect(help).toMatch(/lr +SGD 的学习率/);
  });
});
