// The folder of one run: made when the run starts, named after its time. Node only.
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import type { Localized } from "torchlet";
import { unwritable } from "../report-error.js";
import { checkFolder } from "./atomic-file.js";

/** `20260131-142530`, in local time. */
export function timeStamp(time: Date): string {
  const two = (part: number) => String(part).padStart(2, "0");
  const date = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  return `${date}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}

/**
 * Makes `BASE/<time>-<name>`, with `-2`, `-3`, ... after it where that exists already (two runs in one second).
 *
 * @returns the folder's path
 * @throws {ReportError} where it cannot be made or written to
 */
export function makeRunFolder(base: string, name: string, time: Date): string {
  const hint = { en: "choose another folder with --out, or --no-files", zh: "请用 --out 换一个目录，或用 --no-files" };
  try {
    mkdirSync(base, { recursive: true });
  } catch (error) {
    throw unwritable(base, error, hint);
  }
  const folder = makeUnused(join(base, `${timeStamp(time)}-${safeName(name)}`), hint);
  try {
    checkFolder(folder);
    return folder;
  } catch (error) {
    rmdirSync(folder);
    throw unwritable(folder, error, hint);
  }
}

/** Makes the folder, or the first of `-2`, `-3`, ... that is not there yet. */
function makeUnused(path: string, hint: Localized): string {
  for (let count = 1; ; count++) {
    const folder = count === 1 ? path : `${path}-${count}`;
    try {
      mkdirSync(folder);
      return folder;
    } catch (error) {
      const taken = error instanceof Error && "code" in error && error.code === "EEXIST" && count < 10_000;
      if (!taken) throw unwritable(folder, error, hint);
    }
  }
}

/** A name that is a file's name everywhere: no separators, no leading dot, nothing that Windows refuses. */
export function safeName(name: string): string {
  const safe = name
    .normalize("NFC")
    .replace(/[^\p{Letter}\p{Number}._-]+/gu, "-")
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 80);
  return safe === "" ? "unnamed" : safe;
}
