// The browser entry in production bundles of two bundlers: the experiment runs in a page as it does in Node.
import { fileURLToPath } from "node:url";
import { build as esbuild } from "esbuild";
import type { Browser } from "playwright-core";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  findChromium,
  launchChromium,
  NO_CHROMIUM,
  type Pages,
  servePages,
} from "../../../torchlet/test/browser/page-host.mjs";
import * as d2l from "../../src/browser.js";
import { runMlp } from "./app/run-mlp.js";
import { type QuickRun, runQuick } from "./app/run-quick.js";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** In the page. */
declare const app: {
  run(): Promise<{ result: unknown; history: unknown; drawn: number; html: number }>;
  texts(): string[];
  ids(): string[];
  quick(id: string): Promise<QuickRun>;
};

/** Five experiments whose quick runs are short; all of them, some minutes long, with TORCHLET_ALL_IN_PAGE=1. */
const everyOne = process.env["TORCHLET_ALL_IN_PAGE"] === "1";
const inPages = everyOne
  ? d2l.experiments.map(({ id }) => id)
  : ["xor", "vc-dimension", "perceptron", "nan-clinic", "backprop"];

/** The app with the sources of the browser entry, minified. */
async function withEsbuild(): Promise<Record<string, string>> {
  const { outputFiles } = await esbuild({
    entryPoints: [here("app/main.ts")],
    alias: { "@torchlet/d2l": here("../../src/browser.ts") },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "error",
  });
  const script = outputFiles[0]!.text;
  return {
    "index.html": '<!doctype html><meta charset="utf-8"><body><script type="module" src="main.js"></script>',
    "main.js": script,
  };
}

/** The app as Vite builds it for production, from the packages' exports. */
async function withVite(): Promise<Record<string, string | Uint8Array>> {
  const built = await vite({
    root: here("app"),
    base: "./",
    configFile: false,
    logLevel: "error",
    build: { write: false, chunkSizeWarningLimit: 10_000 },
  });
  const files: Record<string, string | Uint8Array> = {};
  for (const { output } of [built].flat() as { output: { fileName: string; code?: string; source?: string }[] }[]) {
    for (const file of output) files[file.fileName] = file.code ?? file.source ?? "";
  }
  return files;
}

const executable = findChromium();
if (executable === null) console.log(`@torchlet/d2l in a page: ${NO_CHROMIUM}`);

describe.skipIf(executable === null)("a production bundle", { timeout: 120_000 }, () => {
  let browser: Browser;
  const open: Pages[] = [];

  beforeAll(async () => {
    browser = await launchChromium(executable!);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await Promise.all(open.map((pages) => pages.close()));
  });

  /** The app of a bundle in a page of its own, and the errors that the page meets. */
  async function opened(files: Record<string, string | Uint8Array>) {
    const pages = await servePages(files);
    open.push(pages);
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(pages.url("isolated", "index.html"));
    await page.waitForFunction(() => typeof app !== "undefined", undefined, { timeout: 60_000 });
    return { page, errors };
  }

  it.each([
    ["esbuild", withEsbuild],
    ["Vite", withVite],
  ] as const)("of %s runs the experiment as Node does, and speaks of classes by their names", async (_, bundle) => {
    const { page, errors } = await opened(await bundle());

    const inNode = await runMlp(d2l);
    const inPage = await page.evaluate(() => app.run());
    expect(inPage.history).toEqual(inNode.report.history);
    expect(inPage.result).toEqual(JSON.parse(JSON.stringify(inNode.result)));
    expect(inPage.drawn).toBe(inNode.report.figures.size);
    expect(inPage.html).toBeGreaterThan(10_000);

    const [net, optimizer, , , ...mistakes] = await page.evaluate(() => app.texts());
    expect(net).toMatch(/^Sequential\(.*Flatten\(.*Linear\(.*ReLU6\(.*GELU\(/s);
    expect(optimizer).toMatch(/^AdamW \(/);
    expect(mistakes).toEqual([
      expect.stringMatching(/^ShapeError: net\.1 \(Linear 784 -> 10\): /),
      expect.stringMatching(/^ValueError: SGD/),
      expect.stringMatching(/^ValueError: StepLR/),
      expect.stringMatching(/^ValueError: CrossEntropyLoss/),
      expect.stringMatching(/^AutogradError: /),
    ]);
    expect(errors).toEqual([]);
    await page.close();
  });

  it("of Vite has every experiment, and runs them as Node does", { timeout: 900_000 }, async () => {
    const { page, errors } = await opened(await withVite());
    expect(await page.evaluate(() => app.ids())).toEqual(d2l.experiments.map(({ id }) => id));

    for (const id of inPages) {
      const inPage = await page.evaluate((name) => app.quick(name), id);
      expect(inPage.checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(inPage.checks.length).toBeGreaterThan(0);
      const { checks, figures } = await runQuick(d2l, id);
      // The last bits are those of the machine's BLAS in Node where products are large: not in the five.
      const shown = (all: QuickRun["checks"]) => (everyOne ? all.map((check) => [check.id, check.ok]) : all);
      expect([id, shown(inPage.checks)]).toEqual([id, JSON.parse(JSON.stringify(shown(checks)))]);
      expect(inPage.figures).toEqual(figures);
      for (const length of inPage.drawn) expect(length).toBeGreaterThan(500);
    }
    expect(errors).toEqual([]);
    await page.close();
  });
});
