// What every folder of data that a user names has to be. Node only.
import { statSync } from "node:fs";
import { DataError, type Localized } from "torchlet";

/** @throws DataError `data-folder-missing` where there is no folder of that name; `hint` says what belongs there */
export function checkFolder(folder: string, hint: Localized): void {
  if (isFolder(folder)) return;
  throw new DataError("data-folder-missing", {
    path: folder,
    rule: { en: "there is no such folder", zh: "没有这个文件夹" },
    expected: "a folder",
    hint,
  });
}

/** What may not be looked at, or has no possible name, is none either. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
