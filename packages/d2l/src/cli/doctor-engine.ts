// What `torchlet doctor` says about the engine: the kernels' instructions, threads, BLAS.
import * as torch from "torchlet";
import { localize } from "torchlet";
import { labelOf, valueLabel } from "../report/text/labels.js";
import type { Section } from "./doctor-command.js";

/** The engine's own account of itself, as far as it gives one. */
export async function engineSection(): Promise<Section> {
  const title = localize({ en: "Engine", zh: "计算引擎" });
  const describe = (torch as unknown as { engineInfo?: () => unknown }).engineInfo;
  if (describe === undefined) return { title, findings: [] };
  const info = await describe();
  const entries = typeof info === "object" && info !== null ? Object.entries(info) : [];
  return {
    title,
    findings: entries.map(([name, value]) => ({ label: labelOf(name), value: valueLabel(value), ok: true })),
  };
}
