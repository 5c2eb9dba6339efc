// The command as a process, its output in pipes.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunResult } from "../../src/report/report.js";
import { buildCommand, command, scratchFolder } from "./command.js";

const cwd = scratchFolder();
beforeAll(buildCommand, 120_000);
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const json = (text: string) => JSON.parse(text) as RunResult;

describe("help", () => {
  it("shows commands, and an experiment's options with their defaults", async () => {
    const [bare, help, run] = await Promise.all([command([]), command(["--help"]), command(["run", "fake", "-h"])]);
    expect(bare).toEqual(help);
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/^Usage: torchlet <command> \[options\]/);
    expect(run.stdout).toMatch(/--batch-size <n> +examples in a batch \(default 256\)/);
    expect(run.stdout).toMatch(/--device <name> +where to run \(cpu \| gpu, default cpu\)/);
    expect(run.stdout).toMatch(/--from-scratch +by hand\n/);
    expect(run.stdout).toContain("--no-warm-up");
    for (const flag of ["--data", "--json", "--out", "--no-files", "--quiet", "--lang"])
      expect(run.stdout).toContain(flag);
  });

  it("comes in Chinese, by option or by environment", async () => {
    const [option, environment] = await Promise.all([
      command(["run", "fake", "--help", "--lang", "zh"]),
      command(["run", "fake", "--help"], { env: { LC_ALL: "zh_CN.UTF-8" } }),
    ]);
    expect(option.stdout).toMatch(/用法: torchlet run fake/);
    expect(option.stdout).toMatch(/--batch-size <n> +每批样本数（默认 256）/);
    expect(environment.stdout).toBe(option.stdout);
  });

  it("knows its version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    expect((await command(["--version"])).stdout).toBe(`${version}\n`);
  });
});

describe("list and doctor", () => {
  it("has one line an experiment, in the user's language, or JSON", async () => {
    const [plain, chinese, machine] = await Promise.all([
      command(["list"]),
      command(["list", "--lang", "zh"]),
      command(["list", "--json"]),
    ]);
    expect(plain.stdout).toBe("fake     pretends to train, for tests\ndataset  loads the data set\n");
    expect(chinese.stdout).toContain("fake     用于测试的假训练\n");
    expect(JSON.parse(machine.stdout)[0].options.epochs).toEqual({
      type: "integer",
      default: 3,
      min: 1,
      max: 1000,
      help: "passes over the data",
    });
  });

  it("looks at the machine", async () => {
    const [plain, machine] = await Promise.all([command(["doctor"]), command(["doctor", "--json"])]);
    expect(plain.stdout).toContain(`✓ Node.js`);
    expect(plain.stdout).toContain(process.version);
    expect(plain.stdout).not.toContain("\u001b");
    const sections = JSON.parse(machine.stdout) as { findings: { label: string; ok: boolean }[] }[];
    expect(sections).toHaveLength(3);
    expect(sections[0]!.findings.every(({ ok }) => ok)).toBe(true);
  });

  it("marks a BLAS that was named and cannot be used", async () => {
    const { stdout } = await command(["doctor"], { env: { TORCHLET_BLAS: "/nowhere.so" } });
    expect(stdout).toMatch(/! BLAS .*own kernels\n +TORCHLET_BLAS: \/nowhere\.so/);
  });
});

describe("mistakes", () => {
  it.each([
    [["trian"], 'unknown command "trian"; see torchlet --help'],
    [["lsit"], 'unknown command "lsit"; did you mean list?'],
    [["--bogus"], 'unknown option "--bogus"; see torchlet --help'],
    [["run"], "which experiment? There are: fake, dataset; torchlet list describes them"],
    [["run", "fkae", "--epochs", "3"], 'unknown experiment "fkae"; did you mean fake?'],
    [["run", "fake", "--epoch", "3"], 'unknown option "--epoch"; did you mean --epochs?'],
    [["run", "fake", "more"], "there are more arguments than the command takes; see torchlet run fake --help"],
    [["run", "fake", "--epochs"], "--epochs: a value must follow"],
    [["run", "fake", "--json", "--quiet"], "--json: a value must follow"],
    [["run", "fake", "--epochs", "--quiet"], "--epochs: a value must follow"],
    [["run", "fake", "--epochs", "0"], '--epochs: must be a whole number from 1 to 1000, got "0"'],
    [["run", "fake", "--epochs", "2.5"], '--epochs: must be a whole number from 1 to 1000, got "2.5"'],
    [["run", "fake", "--epochs", "many"], '--epochs: must be a whole number from 1 to 1000, got "many"'],
    [["run", "fake", "--batch-size", ""], '--batch-size: must be a whole number of at least 1, got ""'],
    [["run", "fake", "--lr", "-0.1"], '--lr: must be a number of at least 0, got "-0.1"'],
    [["run", "fake", "--lr", "Infinity"], '--lr: must be a number of at least 0, got "Infinity"'],
    [["run", "fake", "--device", "tpu"], '--device: must be one of cpu, gpu, got "tpu"'],
    [["list", "--lang", "fr"], '--lang: must be en or zh, got "fr"'],
  ])("%j", async (args, message) => {
    const { code, stdout, stderr } = await command(args, { cwd });
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: "", stderr: `error: ${message}\n` });
    expect(existsSync(join(cwd, "runs"))).toBe(false);
  });

  it("are told in Chinese too", async () => {
    const { code, stderr } = await command(["run", "fake", "--lang=zh", "--epochs", "0"]);
    expect([code, stderr]).toEqual([2, '错误：--epochs: 必须是 1 到 1000 之间的整数，得到的是 "0"\n']);
  });
});

describe("run", () => {
  it("writes plain lines and a folder", async () => {
    const out = join(cwd, "plain");
    const { code, stdout, stderr } = await command(
      ["run", "fake", "--out", out, "--batch-size", "64", "--from-scratch"],
      { cwd },
    );
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).not.toContain("\u001b");
    expect(stdout).toContain("batch size 64");
    expect(stdout).toContain("\nepoch 2  train loss 0.5000  train accuracy 0.7500\n");
    expect(stdout).toContain("  ankle boot / ankle boot\n");
    expect(stdout).toContain("✓ the loss falls: expected below 1, got 0.5000 (the test)\n");
    const [folder] = readdirSync(out);
    expect(folder).toMatch(/^\d{8}-\d{6}-fake$/);
    expect(stdout).toContain(`Report: plain/${folder}/report.html\n`);
    expect(readdirSync(join(out, folder!)).sort()).toEqual([
      "curve.png",
      "curve.svg",
      "metrics.jsonl",
      "predictions.png",
      "predictions.svg",
      "report.html",
      "result.json",
      "weights.safetensors",
    ]);
    expect(json(readFileSync(join(out, folder!, "result.json"), "utf8")).options).toMatchObject({
      batchSize: 64,
      lr: 0.1,
      fromScratch: true,
      warmUp: true,
    });
  });

  it("writes its result as JSON, into a file or to standard output alone", async () => {
    const file = join(cwd, "out.json");
    const [toFile, toOutput] = await Promise.all([
      command(["run", "fake", "--no-files", "--json", file, "--no-warm-up"], { cwd }),
      command(["run", "fake", "--no-files", "--json", "-"], { cwd }),
    ]);
    expect(toFile.stdout).toContain("Result: out.json\n");
    expect(json(readFileSync(file, "utf8"))).toMatchObject({
      experiment: "fake",
      dataset: "garments",
      options: { warmUp: false },
      metrics: { trainAccuracy: 1 - 0.5 / 3 },
      history: [{ epoch: 1 }, { epoch: 2 }, { epoch: 3 }],
      checks: [{ claim: { en: "the loss falls" }, ok: true }],
      seconds: { train: 0.5 },
    });
    expect(json(toOutput.stdout).history).toHaveLength(3);
    expect(toOutput.stderr).toContain("epoch 3  train loss 0.3333");
    expect(existsSync(join(cwd, "runs"))).toBe(false);
  });

  it("is quiet when asked", async () => {
    const { code, stdout, stderr } = await command(["run", "fake", "--quiet", "--no-files"], { cwd });
    expect([code, stdout, stderr]).toEqual([0, "", ""]);
  });

  it("speaks Chinese", async () => {
    const { stdout } = await command(["run", "fake", "--no-files", "--lang", "zh"], { cwd });
    for (const part of [
      "假装的训练",
      "批量大小 256",
      "开始。",
      "轮次 1  训练损失 1",
      "✓ 损失下降：预期 below 1，实际 0.5000",
    ]) {
      expect(stdout).toContain(part);
    }
  });

  it("refuses before it begins what it could not write in the end", async () => {
    writeFileSync(join(cwd, "file"), "");
    const [out, result, both] = await Promise.all([
      command(["run", "fake", "--out", "file/runs"], { cwd }),
      command(["run", "fake", "--no-files", "--json", "missing/out.json"], { cwd }),
      command(["run", "fake", "--out", "both", "--json", "file/out.json"], { cwd }),
    ]);
    expect(out.stderr).toMatch(
      /^error: file\/runs: cannot be written: a part of the path is not a folder; choose another folder with --out, or --no-files\n$/,
    );
    expect(result.stderr).toBe("error: missing/out.json: cannot be written: no such folder\n");
    for (const { code, stdout } of [out, result, both]) expect([code, stdout]).toEqual([1, ""]);
    expect(existsSync(join(cwd, "both"))).toBe(false);
  });

  it("tells an error in one line and keeps what was measured", async () => {
    const out = join(cwd, "failed");
    const [early, late, debug, bug] = await Promise.all([
      command(["run", "fake", "--fail", "start", "--out", join(cwd, "early")], { cwd }),
      command(["run", "fake", "--fail", "later", "--out", out], { cwd }),
      command(["run", "fake", "--fail", "start", "--no-files"], { cwd, env: { TORCHLET_DEBUG: "1" } }),
      command(["run", "fake", "--fail", "bug", "--no-files"], { cwd }),
    ]);
    expect([early.code, early.stderr]).toEqual([1, "error: fake: it was to fail\n"]);
    expect(readdirSync(join(cwd, "early"))).toEqual([]);
    const [folder] = readdirSync(out);
    expect([late.code, late.stderr]).toEqual([
      1,
      `What was measured so far is in failed/${folder}\nerror: fake: it was to fail\n`,
    ]);
    expect(readFileSync(join(out, folder!, "metrics.jsonl"), "utf8")).toBe(
      '{"epoch":1,"trainLoss":1,"trainAccuracy":0.5}\n',
    );
    expect(debug.stderr).toMatch(/it was to fail\n {4}at /);
    expect([bug.code, bug.stderr]).toEqual([1, expect.stringMatching(/RangeError: a bug\n {4}at /)]);
  });

  it("ends quietly when nobody reads on", async () => {
    const out = join(cwd, "head");
    const { code, stderr } = await command(["run", "fake", "--epochs", "1000", "--out", out], {
      cwd,
      onOutput: (_, child) => child.stdout.destroy(),
    });
    expect([code, stderr]).toEqual([0, ""]);
    const [folder] = readdirSync(out);
    expect(json(readFileSync(join(out, folder!, "result.json"), "utf8")).interrupted).toBe(true);
  });
});

describe("run --all", () => {
  it("runs every experiment, goes on after one that fails, and writes one page", async () => {
    const out = join(cwd, "chapter");
    const file = join(cwd, "chapter.json");
    const { code, stdout, stderr } = await command(["run", "--all", "--quick", "--out", out, "--json", file], {
      cwd,
      env: { TORCHLET_DATA: join(cwd, "nowhere") },
    });
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("✓ fake     1 of 1 claims hold");
    expect(stdout).toMatch(/✗ dataset {2}.*nowhere/);
    expect(stdout).toContain("1 of 1 claims hold, 1 experiments failed");
    const result = JSON.parse(readFileSync(file, "utf8")) as { results: RunResult[] };
    expect(result).toMatchObject({ quick: true, held: 1, failed: 0, failures: [{ experiment: "dataset" }] });
    const [run] = result.results;
    expect(run!.options).toMatchObject({ epochs: 1 });
    expect(run!.checks).toEqual([
      expect.objectContaining({ id: "falls", items: ["F44"], ok: true, actual: 0.5, source: "the test" }),
    ]);
    const [folder] = readdirSync(out);
    const page = readFileSync(join(out, folder!, "index.html"), "utf8");
    expect(page).toContain("1 of 1 claims hold");
    expect(page).toContain("the loss falls");
    const address = /href="\.\/([^"]+report\.html)"/.exec(page)![1]!;
    expect(readFileSync(join(out, folder!, decodeURIComponent(address)), "utf8")).toContain("A pretended training");
  });

  it("takes an experiment's quick options, but what was given counts", async () => {
    const { stdout } = await command(["run", "fake", "--quick", "--batch-size", "8", "--json", "-", "--no-files"], {
      cwd,
    });
    expect(json(stdout)["options"]).toMatchObject({ epochs: 1, batchSize: 8, lr: 0.1 });
    const own = await command(["run", "fake", "--quick", "--epochs", "2", "--json", "-", "--no-files"], { cwd });
    expect(json(own.stdout)["options"]).toMatchObject({ epochs: 2 });
  });

  it("explains an experiment without running it", async () => {
    const { code, stdout } = await command(["run", "fake", "--explain"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("Look for\n  - The loss falls.");
    expect(stdout).toContain("the loss falls (F44; expected below 1; the test)");
    const chinese = await command(["run", "fake", "--explain", "--lang", "zh"], { cwd });
    expect(chinese.stdout).toContain("检验的论断\n  - 损失下降");
  });
});

describe("signals", () => {
  const slow = ["run", "fake", "--epochs", "1000", "--delay", "10"];

  /** Sends signals once the second epoch has been reported. */
  function sending(...signals: (readonly [NodeJS.Signals, number])[]) {
    let sent = false;
    return (text: string, child: { kill(signal: NodeJS.Signals): boolean }) => {
      if (sent || !text.includes("epoch 2")) return;
      sent = true;
      for (const [signal, after] of signals) setTimeout(() => child.kill(signal), after);
    };
  }

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s ends a run cleanly, with what was measured", async (signal, expected) => {
    const out = join(cwd, signal);
    const file = join(cwd, `${signal}.json`);
    const { code, stdout, stderr } = await command([...slow, "--out", out, "--json", file], {
      cwd,
      onOutput: sending([signal, 0]),
    });
    expect([code, stderr]).toEqual([expected, ""]);
    const [folder] = readdirSync(out);
    expect(stdout).toContain("Stopped before the end");
    expect(stdout).toContain(`Report: ${signal}/${folder}/report.html`);
    const result = json(readFileSync(file, "utf8"));
    expect(result.interrupted).toBe(true);
    expect(result.history.length).toBeGreaterThanOrEqual(2);
    expect(readFileSync(join(out, folder!, "report.html"), "utf8")).toContain("stopped before its end");
    expect(
      readFileSync(join(out, folder!, "metrics.jsonl"), "utf8")
        .trim()
        .split("\n"),
    ).toHaveLength(result.history.length);
  });

  it("counts Ctrl-C once when npm passes on what the terminal has sent already", async () => {
    const { code, stdout } = await command([...slow, "--no-files"], {
      cwd,
      onOutput: sending(["SIGINT", 0], ["SIGINT", 20]),
    });
    expect(code).toBe(130);
    expect(stdout).toContain("Stopped before the end");
  });

  it("quits at once at the second", async () => {
    // An epoch takes ten minutes: a run that waited for its end would outlast the test's own limit.
    const args = ["run", "fake", "--epochs", "1000", "--delay", "600000", "--no-files"];
    let sent = false;
    const { code, stdout } = await command(args, {
      cwd,
      onOutput: (text, child) => {
        if (sent || !text.includes("Here we go")) return;
        sent = true;
        for (const after of [100, 600]) setTimeout(() => child.kill("SIGINT"), after);
      },
    });
    expect(code).toBe(130);
    expect(stdout).toContain("Ctrl-C again quits at once");
  });
});

describe("the data set", () => {
  it("is announced as what it is not when there is no network", async () => {
    const env = { TORCHLET_OFFLINE: "1", TORCHLET_CACHE: join(cwd, "cache") };
    const { code, stdout } = await command(["run", "dataset", "--no-files"], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toContain("This is NOT Fashion-MNIST.");
    expect(stdout).toMatch(/garments: \d+ \+ \d+/);
    const chinese = await command(["run", "dataset", "--no-files", "--quiet", "--lang", "zh"], { cwd, env });
    expect(chinese.stderr).toContain("这不是 Fashion-MNIST。");
    expect(chinese.stdout).toBe("");
  }, 60_000);

  it("is not passed over where a folder was named", async () => {
    const { code, stderr } = await command(["run", "dataset", "--no-files", "--data", join(cwd, "nowhere")], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*nowhere.*\n$/);
  });
});
