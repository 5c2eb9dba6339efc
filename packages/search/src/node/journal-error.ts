// What may be wrong with a journal, as errors.
import { DataError } from "torchlet";
import { JOURNAL_VERSION } from "./journal-record.js";

const RESTORE = (path: string, line: number) => ({
  en: `put a copy back, or keep the study as it was before that line: head -n ${line - 1} ${path} > NEW`,
  zh: `请放回副本，或保留该行之前的研究：head -n ${line - 1} ${path} > 新文件`,
});

/** A line that is no record any more. */
export function damagedLine(path: string, line: number): DataError {
  return new DataError("journal-damaged", {
    path,
    rule: { en: `line ${line} is damaged (its checksum is wrong)`, zh: `第 ${line} 行已损坏（校验和不符）` },
    received: { line },
    hint: RESTORE(path, line),
  });
}

/** A line that shows that one before it is missing, or stands there twice. */
export function brokenSequence(path: string, line: number, expected: number, received: number): DataError {
  const missing = received > expected;
  return new DataError("journal-damaged", {
    path,
    rule: missing
      ? {
          en: `records of the process that wrote line ${line} are missing before it`,
          zh: `第 ${line} 行之前缺少写入该行的进程的记录`,
        }
      : { en: `line ${line} stands in the file twice`, zh: `第 ${line} 行在文件中重复出现` },
    expected,
    received: { line, seq: received },
    hint: RESTORE(path, line),
  });
}

/** A file of something else: it is not touched. */
export function foreignFile(path: string, line: number): DataError {
  return new DataError("journal-foreign", {
    path,
    rule: { en: `line ${line} shows that this is no journal of a study`, zh: `第 ${line} 行表明这不是研究的日志文件` },
    received: { line },
    hint: { en: "choose another file; this one is left as it is", zh: "请选择其他文件；此文件保持原样" },
  });
}

/** A file of a later version of this program. */
export function newerFile(path: string, line: number, version: number): DataError {
  return new DataError("journal-newer", {
    path,
    rule: {
      en: `line ${line} has format ${version}, this program knows up to ${JOURNAL_VERSION}`,
      zh: `第 ${line} 行的格式为 ${version}，本程序最高支持 ${JOURNAL_VERSION}`,
    },
    expected: JOURNAL_VERSION,
    received: version,
    hint: { en: "update torchlet", zh: "请更新 torchlet" },
  });
}

/** The file under an open journal has changed in a way that an append-only file does not. */
export function replacedFile(path: string): DataError {
  return new DataError("journal-replaced", {
    path,
    rule: {
      en: "the file was deleted, replaced or made shorter while it was open",
      zh: "文件在打开期间被删除、替换或截短",
    },
    hint: {
      en: "what was in it is not written again; open the study anew",
      zh: "其内容不会被重新写入；请重新打开研究",
    },
  });
}

/** Events that could not be written. */
export function notWritten(path: string, cause: unknown): DataError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError("journal-write", {
    path,
    rule: { en: `could not be written (${reason})`, zh: `无法写入（${reason}）` },
    hint: {
      en: "what was written before is whole; make room or choose another place, and go on with the same study",
      zh: "之前写入的内容完好；请腾出空间或更换位置，然后继续同一研究",
    },
    cause,
  });
}

/** A file that cannot be opened or read. */
export function notReadable(path: string, cause: unknown): DataError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError("journal-open", {
    path,
    rule: { en: `cannot be opened (${reason})`, zh: `无法打开（${reason}）` },
    hint: { en: "does the folder exist, and may this user write there?", zh: "文件夹是否存在，当前用户可否写入？" },
    cause,
  });
}

/** A journal that its owner has closed. */
export function closedFile(path: string): DataError {
  return new DataError("journal-closed", {
    path,
    rule: { en: "the journal is closed", zh: "日志文件已关闭" },
  });
}
