// torch.save and torch.load: state dicts as safetensors files, in Node.
import { DataError, EngineError } from "../errors/index.js";
import type { Tensor } from "../tensor/tensor.js";
import * as safetensors from "./safetensors.js";

function nodeFs(who: string): typeof import("node:fs") {
  if (typeof process !== "undefined" && typeof process.getBuiltinModule === "function") {
    return process.getBuiltinModule("node:fs");
  }
  throw new EngineError("no-files", {
    path: who,
    rule: { en: "there are no files in a page", zh: "网页中没有文件系统" },
    hint: {
      en: "use torch.safetensors.save and load, which work on bytes",
      zh: "请使用处理字节的 torch.safetensors.save 与 load",
    },
  });
}

function fileError(who: string, path: string, cause: unknown): DataError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DataError("file", { path: `${who} ${path}`, rule: { en: reason, zh: reason }, cause });
}

/**
 * Writes tensors by name to a safetensors file. The file is there whole or not at all: an earlier one stays until then.
 *
 * @throws DataError where the file cannot be written
 *
 * @example
 * torch.save(net.stateDict(), "mlp.safetensors");
 */
export function save(state: Readonly<Record<string, Tensor>>, path: string): void {
  const fs = nodeFs("torch.save");
  const bytes = safetensors.save(state);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = fs.openSync(temporary, "w");
    try {
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(file, bytes, at);
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(temporary, path);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw fileError("torch.save", path, error);
  }
}

/**
 * Reads the tensors of a safetensors file, by name.
 *
 * @throws DataError where the file cannot be read or is no safetensors file
 *
 * @example
 * net.loadStateDict(torch.load("mlp.safetensors"));
 */
export function load(path: string): Record<string, Tensor> {
  const fs = nodeFs("torch.load");
  let bytes: Uint8Array;
  try {
    bytes = fs.readFileSync(path);
  } catch (error) {
    throw fileError("torch.load", path, error);
  }
  return safetensors.load(bytes);
}
