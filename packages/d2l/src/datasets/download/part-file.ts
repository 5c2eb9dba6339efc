// The unfinished download of one file: it survives interruptions, and no two processes ever write the same one.
//
// Every download writes to a part file of its own, `NAME.RANDOM.part`, and starts with a copy of the longest part that
// anyone left behind. So nothing needs a lock that a killed process could leave locked, and a process that only seems dead
// cannot spoil another's file. The finished file appears under its name by a rename, whole and checked, or not at all.
import { createHash, randomUUID } from "node:crypto";
import { copyFile, type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DataError } from "torchlet";

// A part that has not grown for this long has no process left that writes it: a stalled download gives up much earlier.
const ABANDONED_MS = 10 * 60 * 1000;

/** Says that the folder for downloads does not take files: permissions, a full disk, a read-only system. */
function unwritable(path: string, error: unknown): DataError {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return new DataError("cache-unwritable", {
    path,
    rule: { en: `the downloaded file cannot be stored (${code})`, zh: `无法保存下载的文件（${code}）` },
    received: code,
    hint: {
      en: "set TORCHLET_CACHE to a folder with room that you may write to",
      zh: "请把 TORCHLET_CACHE 设为有空间且可写的文件夹",
    },
    cause: error,
  });
}

async function guard<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The parts of `target` that lie about, the longest first. */
async function findParts(target: string): Promise<{ path: string; size: number; age: number }[]> {
  const folder = dirname(target);
  const mine = (name: string) => name.startsWith(`${basename(target)}.`) && name.endsWith(".part");
  const found = (await readdir(folder)).filter(mine).map(async (name) => {
    const path = join(folder, name);
    // Another process may take it away in between.
    const entry = await stat(path).catch(() => null);
    return entry === null ? [] : [{ path, size: entry.size, age: Date.now() - entry.mtimeMs }];
  });
  return (await Promise.all(found)).flat().sort((a, b) => b.size - a.size);
}

/** An unfinished file on disk. */
export class PartFile {
  /** How many bytes are there. */
  length: number;
  private readonly path: string;
  private readonly target: string;
  private readonly handle: FileHandle;

  private constructor(path: string, target: string, handle: FileHandle, length: number) {
    this.path = path;
    this.target = target;
    this.handle = handle;
    this.length = length;
  }

  /**
   * Starts or resumes the download of `target`, which will have `bytes` bytes.
   *
   * @throws DataError `cache-unwritable`
   */
  static async open(target: string, bytes: number): Promise<PartFile> {
    await guard(target, mkdir(dirname(target), { recursive: true }));
    const parts = await guard(target, findParts(target));
    const path = `${target}.${randomUUID().slice(0, 8)}.part`;
    for (const part of parts) {
      if (part.size === 0 || part.size > bytes) continue;
      const copied = await copyFile(part.path, path).then(
        () => true,
        () => false,
      );
      if (copied) break;
    }
    for (const part of parts) if (part.age > ABANDONED_MS) await rm(part.path, { force: true }).catch(() => {});
    const handle = await guard(target, open(path, "a+"));
    const { size } = await guard(target, handle.stat());
    const file = new PartFile(path, target, handle, size);
    // A part that was still growing while it was copied cannot have grown past the end, except by being something else.
    if (size > bytes) await file.restart();
    return file;
  }

  async append(chunk: Uint8Array): Promise<void> {
    let written = 0;
    while (written < chunk.length) {
      const { bytesWritten } = await guard(this.target, this.handle.write(chunk, written));
      written += bytesWritten;
    }
    this.length += chunk.length;
  }

  /** Throws away what is there. */
  async restart(): Promise<void> {
    await guard(this.target, this.handle.truncate(0));
    this.length = 0;
  }

  /** The MD5 of what is on disk, in hexadecimal. */
  async md5(): Promise<string> {
    const hash = createHash("md5");
    // By the open handle: whoever finishes first clears the parts of the others away.
    const stream = this.handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 });
    for await (const chunk of stream) hash.update(chunk);
    return hash.digest("hex");
  }

  /** Makes the part the finished file, in one step, and clears other parts of it away. */
  async commit(): Promise<void> {
    await guard(this.target, this.handle.sync());
    await this.handle.close();
    try {
      await rename(this.path, this.target);
    } catch (error) {
      // Another process finished first: it took our part away, or (Windows) someone is reading its file. Theirs is as good.
      if (!(await stat(this.target).catch(() => null))) throw unwritable(this.target, error);
      await rm(this.path, { force: true }).catch(() => {});
    }
    for (const part of await findParts(this.target)) await rm(part.path, { force: true }).catch(() => {});
  }

  /** Stops here; what is there stays for the next attempt. */
  async release(): Promise<void> {
    await this.handle.close();
    if (this.length === 0) await rm(this.path, { force: true }).catch(() => {});
  }
}
