// What a study was begun with, kept in its journal, so that it can be gone on with by name alone.
import type { Json } from "@torchlet/search";
import type { FixedParameters, ModelOptions } from "../../search/search-model.js";
import { UsageError } from "../usage-error.js";

/** The study attribute that holds it. */
export const setupKey = "torchlet.search";

/** Whatever decides what a trial measures; must not change within a study. */
export interface StudySetup {
  readonly model: string;
  readonly dataset: string;
  readonly options: ModelOptions;
  readonly fixed: FixedParameters;
  readonly sampler: string;
  readonly pruner: string;
  readonly trials: number;
  readonly grid?: Readonly<Record<string, readonly (number | string | boolean | null)[]>>;
}

/** As JSON, for the journal. */
export function setupJson(setup: StudySetup): Json {
  return JSON.parse(JSON.stringify(setup)) as Json;
}

/** Reads it back; `undefined` for a study that the command did not make. */
export function setupOf(attributes: Readonly<Record<string, Json>>): StudySetup | undefined {
  const setup = attributes[setupKey];
  const isSetup = typeof setup === "object" && setup !== null && "model" in setup && "options" in setup;
  return isSetup ? (setup as unknown as StudySetup) : undefined;
}

/**
 * Refuses to go on with a study on other terms.
 *
 * @throws UsageError that names what differs
 */
export function checkSame(path: string, kept: StudySetup, now: StudySetup): void {
  const differences = differencesOf("", { ...kept }, { ...now });
  if (differences.length === 0) return;
  throw new UsageError("study-differs", {
    path,
    rule: {
      en: `the study was begun with ${differences.map(({ name, was, is }) => `${name} ${was}, not ${is}`).join("; ")}`,
      zh: `该研究开始时 ${differences.map(({ name, was, is }) => `${name} 为 ${was}，而不是 ${is}`).join("；")}`,
    },
    expected: kept,
    received: now,
    hint: {
      en: "leave these options out, or begin another study",
      zh: "请去掉这些选项，或另开一个研究",
    },
  });
}

/** What may change: who chooses, who prunes, how many. */
const free = new Set(["sampler", "pruner", "trials", "grid"]);

function differencesOf(prefix: string, a: Record<string, unknown>, b: Record<string, unknown>) {
  const found: { readonly name: string; readonly was: string; readonly is: string }[] = [];
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (prefix === "" && free.has(name)) continue;
    const [was, is] = [a[name], b[name]];
    if (isRecord(was) && isRecord(is)) found.push(...differencesOf(`${name}.`, was, is));
    else if (JSON.stringify(was) !== JSON.stringify(is)) {
      found.push({ name: `${prefix}${name}`, was: show(was), is: show(is) });
    }
  }
  return found;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const show = (value: unknown) => (value === undefined ? "–" : String(value));
