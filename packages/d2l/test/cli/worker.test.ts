// `torchlet worker` as a process: what it refuses, and trials of a study on a Redis.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { optimizeOnRedis } from "@torchlet/search/redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noRedis, startServer, type TestServer } from "../../../search/test/redis/server.js";
import { buildCommand, command, scratchFolder } from "./command.js";

const cwd = scratchFolder();
beforeAll(buildCommand, 120_000);
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe("torchlet worker", () => {
  it("asks for what is missing, and refuses what it cannot use", async () => {
    const [bare, chinese, number, url] = await Promise.all([
      command(["worker"]),
      command(["worker", "--lang", "zh"]),
      command(["worker", "--redis", "redis://127.0.0.1:1", "--objective", "o.mjs", "--jobs", "0"]),
      command(["worker", "--objective", "o.mjs"], { env: { TORCHLET_REDIS: "http://user:secret@host" } }),
    ]);
    expect([bare.code, chinese.code, number.code, url.code]).toEqual([2, 2, 2, 1]);
    expect(bare.stderr).toMatch(/^error: --redis: which Redis\?/);
    expect(chinese.stderr).toMatch(/^错误：--redis: 使用哪个 Redis？/);
    expect(number.stderr).toMatch(/^error: --jobs: must be a whole number from 1 to 256/);
    expect(url.stderr).toMatch(/must be redis:\/\/.*got http:\/\/\*\*\*@host/);
  });

  describe.skipIf(noRedis !== null)(`with a Redis${noRedis === null ? "" : ` (${noRedis})`}`, () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startServer();
    });
    afterAll(() => server.remove());

    it("runs the trials of a study and exits with 0 when told to stop; says which module it cannot load", async () => {
      const file = join(cwd, "square.mjs");
      writeFileSync(file, "export const square = (trial, { of }) => (trial.suggestFloat('x', -1, 1) - of) ** 2;\n");
      const study = optimizeOnRedis({
        url: server.url,
        study: "command",
        objective: "square",
        options: { of: 0.5 },
        totalTrials: 5,
        seed: 1,
      });
      let signalled = false;
      const [worker, wrong] = await Promise.all([
        command(["worker", "--objective", file], {
          env: { TORCHLET_REDIS: server.url },
          onOutput: (text, child) => {
            if (!signalled && /trial 4 complete/.test(text)) signalled = child.kill("SIGTERM");
          },
        }),
        command(["worker", "--redis", server.url, "--objective", join(cwd, "none.mjs")]),
      ]);
      expect(worker).toMatchObject({ code: 0, signal: null, stderr: "" });
      expect(worker.stdout).toMatch(/^Waiting for trials of search-objective, square\.\n/);
      expect(worker.stdout).toMatch(/\nStopping: no more trials; those that run have 20 s\./);
      expect(wrong.code).toBe(1);
      expect(wrong.stderr).toMatch(/^error: torchlet worker: the objectives could not be loaded: .*none\.mjs/);
      const { trials } = await study;
      expect(trials.map((trial) => trial.state)).toEqual(Array.from({ length: 5 }, () => "complete"));
      for (const { params, values } of trials) expect(values).toEqual([((params["x"] as number) - 0.5) ** 2]);
      await (await study).close();
    });

    it("runs the trials of torchlet search --redis", async () => {
      const small = [
        "--trials",
        "3",
        "--epochs",
        "1",
        "--samples",
        "200",
        "--validation",
        "50",
        "--no-files",
        "--no-test",
      ];
      const env = { TORCHLET_REDIS: server.url, TORCHLET_OFFLINE: "1", TORCHLET_CACHE: join(cwd, "cache") };
      let signalled = false;
      const [worker, search] = await Promise.all([
        command(["worker"], {
          env,
          onOutput: (text, child) => {
            if (!signalled && /trial 2 complete/.test(text)) signalled = child.kill("SIGTERM");
          },
        }),
        command(["search", "mlp", "--redis", server.url, "--study", "mlp-1", "--seed", "3", ...small], { env }),
      ]);
      expect([worker.code, search.code, search.stderr]).toEqual([0, 0, ""]);
      expect(search.stdout).toMatch(/^trial 2 {2}validation accuracy/m);
      expect(search.stdout).toMatch(/^trials 3 · validation accuracy/m);
      const again = await command(["search", "mlp", "--redis", server.url, "--study", "mlp-1", ...small], { env });
      expect(again.code).toBe(2);
      expect(again.stderr).toContain("error: mlp-1: there is a study of this name on that Redis");
    });
  });
});
