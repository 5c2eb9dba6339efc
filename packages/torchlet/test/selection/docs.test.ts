// The code of docs/model-selection.md runs, and gives what the page says.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as torch from "../../src/index.js";

type Check = (line: string, value: unknown, want: unknown) => void;
type Page = (torch: unknown, check: Check) => Promise<void>;
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (...code: string[]) => Page;

it.each(["model-selection.md", "model-selection.zh-CN.md"])("docs/%s", async (name) => {
  const text = readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
  const code = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block).join("\n");
  const checked = code.replace(/^(.*); \/\/ = (.*)$/gm, (line: string, value: string, want: string) => {
    return `check(${JSON.stringify(line)}, ${value}, ${want});`;
  });
  let checks = 0;
  await new AsyncFunction("torch", "check", checked)(torch, (line, value, want) => {
    checks++;
    expect(value, line).toEqual(want);
  });
  expect(checks).toBe(code.split("// = ").length - 1);
  expect(checks).toBeGreaterThan(10);
});
