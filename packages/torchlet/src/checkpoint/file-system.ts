// The few operations on files that checkpoints need, so that tests can let each of them fail.

/** A file that is being written. */
export interface OpenFile {
  write(bytes: Uint8Array, at: number, length: number): Promise<{ bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Files in folders, as `node:fs/promises` has them. */
export interface FileSystem {
  mkdir(path: string, options: { recursive: true }): Promise<unknown>;
  readdir(path: string): Promise<string[]>;
  readFile(path: string): Promise<Uint8Array>;
  open(path: string, flags: "w" | "wx" | "r"): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: true }): Promise<void>;
  utimes(path: string, accessed: Date, modified: Date): Promise<void>;
  stat(path: string): Promise<{ mtimeMs: number }>;
}

/** Writes a file through a temporary one beside it: flushed, renamed, and the folder flushed. What fails leaves nothing. */
export async function writeWhole(
  fs: FileSystem,
  folder: string,
  path: string,
  temporary: string,
  bytes: Uint8Array,
): Promise<void> {
  try {
    const file = await fs.open(temporary, "w");
    try {
      // A disk that is just filling up takes a part of what it is given.
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, at, bytes.length - at);
        if (bytesWritten === 0) throw new Error("the file system takes no more bytes");
        at += bytesWritten;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(fs, folder);
}

/** Lets a rename reach the disk. Windows cannot flush folders, and some file systems will not. */
async function syncFolder(fs: FileSystem, folder: string): Promise<void> {
  try {
    const file = await fs.open(folder, "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch {
    // The file itself is whole and flushed; at worst a power cut brings the checkpoint before it back.
  }
}
