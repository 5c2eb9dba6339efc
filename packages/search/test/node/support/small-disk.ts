// A file system of some kilobytes, where one can be made (root on Linux).
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";

/** Mounts one; null where that is not possible, else what takes it away again. */
export function mountSmallDisk(path: string, size: string): (() => void) | null {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path], { stdio: "pipe" });
  } catch {
    return null;
  }
  // Lazily: a watcher of the journal may let go of it a moment later.
  return () => void execFileSync("umount", ["--lazy", path]);
}
