// torchlet in Chromium: the same bits as in Node whatever the page's policy, threads where the page may have them.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium, launchChromium, NO_CHROMIUM, type Pages, type Policy, servePages } from "./page-host.mjs";

const DIST = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** What the page's script and the worker put where the test finds it. */
const MAIN = `
import { calls } from "./watch.js";
import * as torch from "./torchlet.js";
import * as scenario from "./scenario.js";
export const shared = () => calls.executeShared ?? 0;
export { scenario, torch };
globalThis.lab = { scenario, torch, shared };`;
const WORKER = `
import { scenario, shared, torch } from "./main.js";
onmessage = async () => {
  const threaded = crossOriginIsolated && (await scenario.awaitThreads(torch, shared, 20_000));
  postMessage({ threaded, losses: scenario.training(torch), shared: shared() });
};`;
const page = (script: string) => `<!doctype html><meta charset="utf-8"><script type="module" src="${script}"></script>`;
/** An older browser decodes no base64, and bundlers give pages a `process` with only an environment: plain kernels. */
const OLDER = 'globalThis.process = { env: { TORCHLET_SIMD: "plain" } }; delete Uint8Array.fromBase64;';

/** In the page; functions given to \`evaluate\` see it. */
declare const lab: {
  torch: typeof import("../../src/index.js");
  scenario: typeof import("./scenario.js");
  shared: () => number;
};

async function bundle(name: string): Promise<string> {
  const { outputFiles } = await build({ entryPoints: [here(name)], bundle: true, format: "esm", write: false });
  return outputFiles[0]!.text;
}

const executable = findChromium();
if (executable === null) console.log(`torchlet in a page: ${NO_CHROMIUM}`);

describe.skipIf(executable === null)("in a page", { timeout: 120_000 }, () => {
  let browser: Browser;
  let pages: Pages;
  let scenario: string;
  const opened = new Map<string, Promise<Page>>();
  let errors: string[] = [];
  /** What Node computes, by kernels. */
  const node: Record<string, Record<string, unknown>> = {};

  /** The scenarios in a process of their own, on the same bundle. */
  async function inNode(simd: string): Promise<Record<string, unknown>> {
    const script = `${scenario}
      const torch = await import(${JSON.stringify(DIST)});
      console.log(JSON.stringify({
        simd: torch.engineInfo().simd, losses: training(torch), texts: texts(torch), leaving: leaving(torch),
      }));`;
    const env = { ...process.env, TORCHLET_NUM_THREADS: "1", TORCHLET_BLAS: "off", TORCHLET_SIMD: simd };
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], { env });
    return JSON.parse(stdout);
  }

  /** The page under this policy, opened by the first test that asks; `errors` are its own from then on. */
  async function open(policy: Policy, path = "page.html"): Promise<Page> {
    errors = [];
    const url = pages.url(policy, path);
    const begun = opened.get(url);
    if (begun !== undefined) return begun;
    const opening = (async () => {
      const page = await browser.newPage();
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.goto(url);
      await page.waitForFunction(() => typeof lab !== "undefined", undefined, { timeout: 60_000 });
      return page;
    })();
    opened.set(url, opening);
    return opening;
  }

  const awaitThreads = (page: Page, milliseconds = 20_000) =>
    page.evaluate((limit) => lab.scenario.awaitThreads(lab.torch, lab.shared, limit), milliseconds);
  const losses = (page: Page) => page.evaluate(() => lab.scenario.training(lab.torch));

  beforeAll(async () => {
    scenario = await bundle("scenario.ts");
    pages = await servePages({
      "page.html": page("main.js"),
      "older.html": `<!doctype html><script>${OLDER}</script><script type="module" src="main.js"></script>`,
      "main.js": MAIN,
      "worker.js": WORKER,
      "watch.js": await bundle("watch.ts"),
      "scenario.js": scenario,
      "torchlet.js": readFileSync(DIST),
    });
    [browser, node["relaxed"], node["plain"]] = await Promise.all([
      launchChromium(executable!),
      inNode(""),
      inNode("plain"),
    ]);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await pages?.close();
  });

  it("that is isolated, threads take shares and give the bits of one thread and of Node", async () => {
    const page = await open("isolated");
    await page.evaluate(() => lab.torch.setNumThreads(1));
    const alone = await losses(page);
    expect(page.workers()).toHaveLength(0);
    expect(await page.evaluate(() => lab.shared())).toBe(0);
    await page.evaluate(() => lab.torch.setNumThreads(2));
    expect(await awaitThreads(page)).toBe(true);
    expect(page.workers()).toHaveLength(1);
    const ready = await page.evaluate(() => lab.shared());
    const together = await losses(page);
    expect(await page.evaluate(() => lab.shared())).toBeGreaterThan(ready);
    const info = await page.evaluate(() => lab.torch.engineInfo());
    expect(info).toMatchObject({ sharedMemory: true, threads: 2, simd: node["relaxed"]!["simd"] });
    expect(together).toEqual(alone);
    expect(alone).toEqual(node["relaxed"]!["losses"]);
    expect(errors).toEqual([]);
  });

  it("that is not isolated, one thread gives the same bits", async () => {
    const page = await open("open");
    expect(await losses(page)).toEqual(node["relaxed"]!["losses"]);
    expect(await page.evaluate(() => lab.torch.engineInfo())).toMatchObject({ sharedMemory: false, threads: 1 });
    expect(page.workers()).toHaveLength(0);
    expect(errors).toEqual([]);
  });

  it.each(["strict", "trusted"] as const)("whose policy is %s, it computes on one thread", async (policy) => {
    const page = await open(policy);
    expect(await awaitThreads(page, 300)).toBe(false);
    await page.waitForFunction(() => lab.torch.engineInfo().threads === 1, undefined, { timeout: 60_000 });
    expect(await losses(page)).toEqual(node["relaxed"]!["losses"]);
    expect(await page.evaluate(() => lab.torch.engineInfo())).toMatchObject({ sharedMemory: true, threads: 1 });
    expect(page.workers()).toHaveLength(0);
    expect(errors).toEqual([]);
  });

  it("whose policy forbids wasm, the error says what to allow", async () => {
    const page = await open("scriptOnly");
    const text = await page.evaluate(() => {
      try {
        return String(lab.torch.ones(1));
      } catch (error) {
        return String(error);
      }
    });
    expect(text).toContain("EngineError: ");
    expect(text).toContain("'wasm-unsafe-eval'");
  });

  it("of an older browser, the plain kernels give the bits that they give in Node", async () => {
    const page = await open("isolated", "older.html");
    expect(await awaitThreads(page)).toBe(true);
    expect(await page.evaluate(() => lab.torch.engineInfo().simd)).toBe("plain");
    expect(await losses(page)).toEqual(node["plain"]!["losses"]);
    expect(errors).toEqual([]);
  });

  it("a worker of the page trains as the page does, with threads of its own", async () => {
    for (const policy of ["isolated", "open"] as const) {
      const page = await open(policy);
      const result = await page.evaluate(
        () =>
          new Promise<{ threaded: boolean; losses: string[]; shared: number }>((resolve, reject) => {
            const worker = new Worker("worker.js", { type: "module" });
            worker.onerror = (event) => reject(new Error(event.message));
            worker.onmessage = ({ data }) => resolve(data);
            worker.postMessage(null);
          }),
      );
      expect(result.threaded).toBe(policy === "isolated");
      if (policy === "isolated") expect(result.shared).toBeGreaterThan(1);
      expect(result.losses).toEqual(node["relaxed"]!["losses"]);
      expect(errors).toEqual([]);
    }
  });

  it.each(["isolated", "open"] as const)("that is %s, texts and files are Node's, and memory grows", async (policy) => {
    const page = await open(policy);
    expect(await page.evaluate(() => lab.scenario.texts(lab.torch))).toEqual(node["relaxed"]!["texts"]);
    expect(await page.evaluate(() => lab.scenario.leaving(lab.torch))).toEqual(node["relaxed"]!["leaving"]);
    expect(await page.evaluate(() => lab.scenario.growing(lab.torch))).toEqual({ grown: true, values: [1, 2, 3] });
    expect(errors).toEqual([]);
  });

  it.each(["isolated", "open"] as const)("that is %s, memory stays flat over 5000 steps", async (policy) => {
    const page = await open(policy);
    const session = await page.context().newCDPSession(page);
    const heap = async () => {
      await session.send("HeapProfiler.collectGarbage");
      const usage = await session.send("Runtime.getHeapUsage");
      return usage.usedSize + ((usage as { backingStorageSize?: number }).backingStorageSize ?? 0);
    };
    await page.evaluate(() => lab.scenario.looping(lab.torch, 1000));
    const before = await heap();
    const loop = await page.evaluate(() => lab.scenario.looping(lab.torch, 5000));
    expect(loop).toMatchObject({ wasmGrowth: 0, finite: true });
    expect(loop.growth).toBeLessThan(2 ** 20);
    expect((await heap()) - before).toBeLessThan(2 ** 20);
  });

  it("errors name what the test expects of them", () => {
    const texts = node["relaxed"]!["texts"] as Record<string, string>;
    expect(texts["layer"]).toMatch(/^ShapeError: .*Linear.*the last dimension must be 784, got \[2, 100\]/s);
    expect(texts["threads"]).toMatch(/^ValueError: setNumThreads: /);
  });
});
