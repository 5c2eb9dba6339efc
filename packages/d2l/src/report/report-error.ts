// What goes wrong while a report is being written.
import { type ErrorDetails, TorchletError } from "torchlet";

/** A place that a report cannot be written to. `code` is `"report-unwritable"` or `"report-disk-full"`. */
export class ReportError extends TorchletError {}

/** The error's code as Node gives it (`EACCES`, `ENOSPC`), or `undefined`. */
function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

const reasons: Readonly<Record<string, { en: string; zh: string }>> = {
  EACCES: { en: "permission denied", zh: "没有权限" },
  EPERM: { en: "not permitted", zh: "不允许此操作" },
  EROFS: { en: "the file system is read-only", zh: "文件系统是只读的" },
  ENOTDIR: { en: "a part of the path is not a folder", zh: "路径中的某一部分不是文件夹" },
  EEXIST: { en: "a file of that name is in the way", zh: "已有同名文件" },
  EISDIR: { en: "it is a folder", zh: "它是一个文件夹" },
  ENOENT: { en: "no such folder", zh: "没有这个文件夹" },
  ENAMETOOLONG: { en: "the name is too long", zh: "名字太长" },
  ENOSPC: { en: "no space left on the device", zh: "设备上没有剩余空间" },
  EDQUOT: { en: "the disk quota is used up", zh: "磁盘配额已用完" },
};

/** Makes a ReportError of what the file system answered. */
export function unwritable(path: string, error: unknown, hint?: ErrorDetails["hint"]): ReportError {
  if (error instanceof ReportError) return error;
  const code = systemCode(error);
  const plain = error instanceof Error ? error.message : String(error);
  const reason = (code === undefined ? undefined : reasons[code]) ?? { en: plain, zh: plain };
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new ReportError(full ? "report-disk-full" : "report-unwritable", {
    path,
    rule: { en: `cannot be written: ${reason.en}`, zh: `无法写入：${reason.zh}` },
    received: code,
    hint,
    cause: error,
  });
}
