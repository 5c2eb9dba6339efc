// A checkpoint as bytes: a safetensors file whose header holds the state as JSON, the step, and a SHA-256 of the rest.
//
// The file begins with the length of its header (8 bytes), `{"__metadata__":{"sha256":"`, and 64 hexadecimal digits: the
// SHA-256 of every byte after them. What stands before them has one possible form only.
import { DataError } from "../errors/index.js";
import { load, metadata } from "../io/safetensors.js";
import type { Tensor } from "../tensor/tensor.js";
import { refuse } from "./problems.js";
import { sha256 } from "./sha256.js";
import { type Json, TreeWriter } from "./tree.js";

const FORMAT = "torchlet.checkpoint";
/** Grows when older programs could not read what newer ones write. */
const VERSION = 1;

const HEAD = new TextEncoder().encode('{"__metadata__":{"sha256":"');
const DIGEST = 8 + HEAD.length;
const DIGITS = 64;
/** What follows them: bytes that have it there were a checkpoint once. */
const NEXT = new TextEncoder().encode(`","format":"${FORMAT}"`);

/** A checkpoint's content, verified. */
export interface Content {
  readonly step: number;
  readonly tree: Json;
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * Copies a state into a new image. The values are those of this moment: nothing that happens later changes the image.
 *
 * @param allocate memory of at least so many bytes
 */
export function imageOfState(step: number, state: unknown, allocate?: (bytes: number) => Uint8Array): Uint8Array {
  const writer = new TreeWriter();
  const tree = JSON.stringify(writer.write(state, []));
  const texts = { sha256: "0".repeat(DIGITS), format: FORMAT, version: `${VERSION}`, step: `${step}`, tree };
  return writer.image(texts, allocate);
}

/** Writes the digest of an image into it. */
export async function seal(image: Uint8Array): Promise<void> {
  const digits = await sha256(image.subarray(DIGEST + DIGITS));
  new TextEncoder().encodeInto(digits, image.subarray(DIGEST, DIGEST + DIGITS));
}

/**
 * Reads an image.
 *
 * @param path what to call it in errors
 * @throws DataError `checkpoint-damaged`, `checkpoint-foreign` or `checkpoint-version`
 */
export async function readImage(image: Uint8Array, path: string): Promise<Content> {
  if (image.length < DIGEST + DIGITS || HEAD.some((byte, i) => image[8 + i] !== byte)) throw whatElse(image, path);
  const digits = new TextDecoder("latin1").decode(image.subarray(DIGEST, DIGEST + DIGITS));
  const found = await sha256(image.subarray(DIGEST + DIGITS));
  if (digits !== found) {
    throw refuse(
      "damaged",
      path,
      "the checksum does not match: bytes were lost or changed",
      "校验和不符：有字节丢失或改变",
      {
        expected: digits,
        received: found,
      },
    );
  }
  return readVerified(image, path);
}

/** An image of this process, or one whose digest is right. */
export function readVerified(image: Uint8Array, path: string): Content {
  try {
    const { format, version, step, tree } = metadata(image);
    if (format !== FORMAT) throw notOurs(path);
    if (!/^[0-9]+$/.test(version ?? "") || Number(version) < 1) throw damaged(path);
    if (Number(version) > VERSION) {
      throw refuse(
        "version",
        path,
        `its format is ${version}, this torchlet reads formats up to ${VERSION}`,
        `其格式版本为 ${version}，而此 torchlet 最高可读 ${VERSION}`,
        { expected: VERSION, received: Number(version), hint: { en: "update torchlet", zh: "请更新 torchlet" } },
      );
    }
    if (!/^[0-9]+$/.test(step ?? "") || tree === undefined) throw damaged(path);
    return { step: Number(step), tree: JSON.parse(tree) as Json, tensors: new Map(Object.entries(load(image))) };
  } catch (error) {
    if (error instanceof DataError && error.code.startsWith("checkpoint-")) throw error;
    throw damaged(path, error);
  }
}

function damaged(path: string, cause?: unknown): DataError {
  return refuse("damaged", path, "the file is not whole", "文件不完整", { cause });
}

/** Why bytes that do not begin like a checkpoint are refused. */
function whatElse(image: Uint8Array, path: string): DataError {
  if (NEXT.every((byte, i) => image[DIGEST + DIGITS + i] === byte)) return damaged(path);
  try {
    if (metadata(image)["format"] === FORMAT) {
      return refuse(
        "foreign",
        path,
        "another program has written it anew, without its checksum",
        "它被其他程序重新写过，缺少校验和",
        { hint: { en: "torch.load reads its tensors", zh: "可用 torch.load 读取其中的张量" } },
      );
    }
    return notOurs(path);
  } catch (error) {
    return refuse("damaged", path, "it is no checkpoint, or its beginning is lost", "它不是检查点，或开头已丢失", {
      cause: error,
    });
  }
}

function notOurs(path: string): DataError {
  return refuse(
    "foreign",
    path,
    "it is a safetensors file, but not a checkpoint of torchlet",
    "它是 safetensors 文件，但不是 torchlet 的检查点",
    { hint: { en: "torch.load reads its tensors", zh: "可用 torch.load 读取其中的张量" } },
  );
}
