// The command in a terminal.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Screen } from "../report/screen.js";
import { buildCommand, commandInTerminal, hasTerminal, scratchFolder } from "./command.js";

const cwd = scratchFolder();
beforeAll(buildCommand, 120_000);
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** What a terminal of this size shows after all that was written to it. */
function shown(written: string, columns: number, rows: number): Screen {
  const screen = new Screen(columns, rows);
  screen.write(written.replaceAll("\r\n", "\n"));
  return screen;
}

describe.skipIf(!hasTerminal())("in a terminal (needs util-linux's script)", () => {
  it.each([
    [80, 30],
    [60, 24],
    [120, 40],
  ])("draws a live chart, pictures in colour, and leaves a clean screen, %d x %d", async (columns, rows) => {
    const args = ["run", "fake", "--no-files", "--delay", "20"];
    const { code, stdout } = await commandInTerminal(args, columns, rows, { cwd, env: { COLORTERM: "truecolor" } });
    expect(code).toBe(0);
    expect(stdout).toContain("\u001b[?25l");
    expect(stdout).toContain("left");
    expect(stdout).toContain("\u001b[38;2;");
    const screen = shown(stdout, columns, rows);
    expect(screen.cursorVisible).toBe(true);
    const text = screen.text;
    expect(text.filter((line) => line.includes("━━━ train loss"))).toHaveLength(1);
    expect(text.filter((line) => line.includes("▀")).length).toBeGreaterThan(10);
    expect(text.join("\n")).not.toContain(" % ");
    expect(text.join("\n")).toContain("train loss 0.3333 · train accuracy 0.8333");
  });

  it("has no colours where NO_COLOR is set, and no live chart in a dumb terminal", async () => {
    const args = ["run", "fake", "--no-files"];
    const [colourless, dumb] = await Promise.all([
      commandInTerminal(args, 80, 30, { cwd, env: { NO_COLOR: "1" } }),
      commandInTerminal(args, 80, 30, { cwd, env: { TERM: "dumb" } }),
    ]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(colourless.stdout).not.toMatch(/\u001b\[[\d;]+m/);
    expect(shown(colourless.stdout, 80, 30).text.join("\n")).toContain("╍╍╍ train acc");
    expect(dumb.stdout).not.toContain("\u001b");
  });

  it("ends at Ctrl-C with the terminal restored and the results saved", async () => {
    const out = join(cwd, "stopped");
    let pressed = false;
    const { code, stdout } = await commandInTerminal(["run", "fake", "--epochs", "1000", "--out", out], 80, 30, {
      cwd,
      onOutput: (text, child) => {
        if (pressed || !text.includes("epoch 3")) return;
        pressed = true;
        child.stdin.write("\u0003");
      },
    });
    expect(code).toBe(130);
    const screen = shown(stdout.replaceAll("^C", ""), 80, 30);
    expect(screen.cursorVisible).toBe(true);
    expect(screen.text.join("\n")).toMatch(
      /Stopping.*━━━ train loss.*✓ the loss falls.*Stopped before the end.*report\.html/s,
    );
    const [folder] = readdirSync(out);
    expect(JSON.parse(readFileSync(join(out, folder!, "result.json"), "utf8")).interrupted).toBe(true);
  });

  it("shows a page's chart in Chinese without a broken line", async () => {
    const args = ["run", "fake", "--no-files", "--lang", "zh"];
    const { stdout } = await commandInTerminal(args, 60, 30, { cwd });
    // The screen refuses a line that is too wide.
    expect(shown(stdout, 60, 30).text.join("\n")).toContain("训练损失 0.3333");
  });
});
