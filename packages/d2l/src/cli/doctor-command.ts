// `torchlet doctor`: what this machine offers, and what could be better.
import { arch, availableParallelism, cpus, platform, release } from "node:os";
import { localize } from "torchlet";
import { displayWidth, pad, wrap } from "../report/terminal/display-width.js";
import { Paint } from "../report/terminal/paint.js";
import { colorDepthOf } from "../report/terminal/stream.js";
import { dataSection } from "./doctor-data.js";
import { engineSection } from "./doctor-engine.js";
import type { Output } from "./output.js";
import { packageVersion } from "./version.js";

/** One thing that was looked at. */
export interface Finding {
  readonly label: string;
  readonly value: string;
  /** False where something is missing or slower than it could be. */
  readonly ok: boolean;
  /** What to do about it. */
  readonly hint?: string;
}

/** Findings that belong together. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** Prints all sections, as text or as JSON. */
export async function doctorCommand(json: boolean, out: Output): Promise<void> {
  const sections = [runtimeSection(), await engineSection(), await dataSection()];
  if (json) {
    out.write(`${JSON.stringify(sections, null, 2)}\n`);
    return;
  }
  out.write(`${sectionLines(sections, out).join("\n")}\n`);
}

function sectionLines(sections: readonly Section[], out: Output): string[] {
  const paint = new Paint(colorDepthOf(out));
  const columns = out.isTTY ? Math.max(40, (out.columns ?? 80) - 1) : 100;
  const labels = sections.flatMap(({ findings }) => findings.map(({ label }) => displayWidth(label)));
  const width = Math.max(8, ...labels);
  const lines: string[] = [];
  for (const { title, findings } of sections) {
    if (lines.length > 0) lines.push("");
    lines.push(paint.style("bold", title));
    for (const { label, value, ok, hint } of findings) {
      const mark = ok ? paint.style("good", "✓") : paint.style("warning", "!");
      const indent = " ".repeat(width + 5);
      const [first = "", ...rest] = wrap(value, columns - width - 5);
      lines.push(`  ${mark} ${pad(label, width)} ${first}`.trimEnd(), ...rest.map((line) => indent + line));
      if (hint !== undefined) {
        lines.push(...wrap(hint, columns - width - 5).map((line) => indent + paint.style("dim", line)));
      }
    }
  }
  return lines;
}

function runtimeSection(): Section {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const recent = major > 20 || (major === 20 && minor >= 19);
  const model = cpus()[0]?.model.trim();
  return {
    title: localize({ en: "Runtime", zh: "运行环境" }),
    findings: [
      { label: "torchlet", value: packageVersion(), ok: true },
      {
        label: "Node.js",
        value: process.version,
        ok: recent,
        hint: recent
          ? undefined
          : localize({ en: "torchlet needs Node.js 20.19 or later", zh: "torchlet 需要 Node.js 20.19 或更高版本" }),
      },
      { label: localize({ en: "platform", zh: "平台" }), value: `${platform()} ${release()} ${arch()}`, ok: true },
      {
        label: localize({ en: "cores", zh: "核心数" }),
        value: model ? `${availableParallelism()} (${model})` : String(availableParallelism()),
        ok: true,
      },
    ],
  };
}
