// Files that are either there whole or not there at all. Node only.
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { ReportError, unwritable } from "../report-error.js";

/** What a run writes fits in this many times over; less than it left on a disk is as good as full. */
const leastSpace = 4_000_000;

/** Writes a file through a temporary one beside it; what is no plain file (`/dev/null`, a pipe) is written into, never replaced. */
export function writeFileWhole(path: string, content: string | Uint8Array): void {
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing?.isFile() === false) writeFileSync(path, content);
    // A link stays one: what it leads to is replaced.
    else replaceFile(existing === undefined ? path : realpathSync(path), content, existing?.mode);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Writes, flushes and renames; whatever fails, only the old file is left.
 *
 * `write-file-atomic` 7 does this too, but its synchronous form takes a partial write, as a disk gives it that is just
 * filling up, for a whole one.
 */
function replaceFile(path: string, content: string | Uint8Array, mode = 0o666): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const file = openSync(temporary, "w", mode & 0o777);
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Makes sure, as far as it can be known, that a file can be written later on. Leaves nothing behind.
 *
 * @throws {ReportError} `report-unwritable` or `report-disk-full`
 */
export function checkWritable(path: string): void {
  try {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing !== undefined) {
      // Appending nothing changes nothing, and asks the file system the right question.
      closeSync(openSync(path, "a"));
      if (!existing.isFile()) return;
    }
    checkFolder(dirname(resolve(path)));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Makes sure that new files can be made in a folder that exists, and that there is space for them.
 *
 * @throws {ReportError} or the file system's own error
 */
export function checkFolder(folder: string): void {
  // A folder of its own, made and removed: permissions alone do not tell (read-only mounts, quotas).
  rmdirSync(mkdtempSync(join(folder, ".torchlet-")));
  const { bavail, bsize, blocks } = statfsSync(folder);
  // Some virtual file systems know of no blocks at all.
  if (blocks > 0 && bavail * bsize < leastSpace) {
    throw new ReportError("report-disk-full", {
      path: folder,
      rule: {
        en: `no space left on the device: ${bavail * bsize} bytes are free, a run needs some ${leastSpace}`,
        zh: `设备上没有剩余空间：只有 ${bavail * bsize} 字节可用，一次运行约需 ${leastSpace} 字节`,
      },
      expected: leastSpace,
      received: bavail * bsize,
      hint: { en: "free some space, or write elsewhere", zh: "请释放空间，或写到别处" },
    });
  }
}
