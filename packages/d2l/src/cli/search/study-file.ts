// The journal of a search: a new file, or one to go on with.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Study } from "@torchlet/search";
import { readStudy } from "@torchlet/search/node";
import { shortPath } from "../session.js";
import { UsageError } from "../usage-error.js";

/** The name of a study's file within a run's folder. */
export const studyFileName = "study.jsonl";

/** Where the study is to be: `undefined` for a new one within the run's folder. */
export interface StudyPlace {
  readonly path: string | undefined;
  readonly exists: boolean;
}

/**
 * Finds the study that the options mean.
 *
 * @throws UsageError where it exists and nobody said to go on with it, or does not and somebody did
 */
export function placeOf(study: string | undefined, resume: boolean, out: string, model: string): StudyPlace {
  if (resume) {
    const path = study ?? newestStudy(out, model);
    if (path !== undefined && hasContent(path)) return { path, exists: true };
    throw new UsageError("study-missing", {
      path: study ?? out,
      rule: { en: "there is no study to go on with", zh: "没有可以继续的研究" },
      hint: {
        en: study === undefined ? "name it with --study, or leave --resume out" : "leave --resume out to begin it",
        zh: study === undefined ? "请用 --study 指定，或去掉 --resume" : "去掉 --resume 即可新建",
      },
    });
  }
  if (study !== undefined && hasContent(study)) {
    throw new UsageError("study-exists", {
      path: study,
      rule: { en: "the file holds a study already", zh: "该文件中已有一个研究" },
      hint: { en: "add --resume to go on with it, or choose another file", zh: "加上 --resume 以继续，或换一个文件" },
    });
  }
  return { path: study, exists: false };
}

const hasContent = (path: string) => existsSync(path) && statSync(path).size > 0;

/** The study of the latest run of this model below `out`. */
function newestStudy(out: string, model: string): string | undefined {
  const folders = existsSync(out) ? readdirSync(out).filter((name) => name.includes(`-search-${model}`)) : [];
  // Names begin with the time.
  return folders
    .sort()
    .reverse()
    .map((name) => join(out, name, studyFileName))
    .find(hasContent);
}

/**
 * Opens a study to look at it, and changes nothing.
 *
 * @throws DataError for a file that cannot be read, is damaged, or is no study
 */
export async function openForReading(path: string): Promise<Study> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError("study-folder", {
      path,
      rule: { en: "this is a folder, not a study's file", zh: "这是目录，不是研究的文件" },
      hint: { en: `torchlet study list ${path} names those in it`, zh: `torchlet study list ${path} 可列出其中的研究` },
    });
  }
  return readStudy(path, { onWarning: () => {} });
}

/** How a search is gone on with. */
export function resumeCommand(model: string, path: string): string {
  return `torchlet search ${model} --resume --study ${quoted(shortPath(path))}`;
}

const quoted = (path: string) => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);
