// Why a checkpoint is refused, and what went wrong while one was written: data, with texts in two languages.
import { DataError, type Localized, ValueError } from "../errors/index.js";

/** One thing of a checkpoint that does not fit what it shall be restored into. */
export interface Problem {
  /** Where: `net.0.weight`, `optimizer`. */
  readonly path: string;
  readonly rule: Localized;
  readonly expected?: unknown;
  readonly received?: unknown;
}

export function problem(path: string, en: string, zh: string, expected?: unknown, received?: unknown): Problem {
  return { path, rule: { en, zh }, expected, received };
}

/** So many problems are told in a text; all of them are in the error's data. */
const TOLD = 6;

/** The refusal of bytes that are no whole checkpoint: damaged, of another program, of a newer format. */
export function refuse(
  code: "damaged" | "foreign" | "version",
  path: string,
  en: string,
  zh: string,
  more: { expected?: unknown; received?: unknown; hint?: Localized; cause?: unknown } = {},
): DataError {
  return new DataError(`checkpoint-${code}`, { path, rule: { en, zh }, ...more });
}

/** The refusal of a whole checkpoint that belongs to something else. */
export function refuseForeign(path: string, problems: readonly Problem[], cause?: unknown): DataError {
  const told = problems.slice(0, TOLD);
  const more = problems.length - told.length;
  const list = (pick: (text: Localized) => string) => told.map(({ path: at, rule }) => `${at}: ${pick(rule)}`);
  return refuse(
    "foreign",
    path,
    `it belongs to something else: ${list((t) => t.en).join("; ")}${more > 0 ? `; and ${more} more` : ""}`,
    `它属于别的对象：${list((t) => t.zh).join("；")}${more > 0 ? `；另有 ${more} 处` : ""}`,
    {
      received: problems,
      cause,
      hint: {
        en: "restore into the model and the optimizer that were saved, or use another folder",
        zh: "请恢复到保存时的模型与优化器，或换一个文件夹",
      },
    },
  );
}

/** A value that no checkpoint can hold. */
export function unsavable(path: string, en: string, zh: string, received?: unknown): ValueError {
  return new ValueError("checkpoint-value", {
    path,
    rule: { en, zh },
    received,
    hint: {
      en: "save plain values, tensors, and objects that have stateDict and loadStateDict",
      zh: "请保存普通值、张量，以及具有 stateDict 与 loadStateDict 的对象",
    },
  });
}

/** What went on in spite of something: the reason, where there is an error behind it. */
export interface CheckpointWarning {
  readonly code: "checkpoint-refused" | "checkpoint-write" | "checkpoint-remove";
  readonly text: Localized;
  readonly cause?: unknown;
}
