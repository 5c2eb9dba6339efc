// Reads a folder of IDX files, gzipped or not, into an image data set. Node only.
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip as gunzipWithCallback } from "node:zlib";
import { DataError } from "torchlet";
import { checkFolder } from "./data-folder.js";
import { fashionMnistFiles, type PublishedFile } from "./fashion-mnist-files.js";
import { type IdxImages, joinIdx, parseIdxImages, parseIdxLabels, type ResidentImages } from "./idx.js";
import { LARGEST_CLAIM, streamIdxImages } from "./idx-stream.js";
import type { ImageDataset } from "./image-dataset.js";

const gunzipAsync = promisify(gunzipWithCallback);

/** Where the files may lie inside the folder that a user names; the last is torchvision's layout. */
const SUBFOLDERS = ["", "fashion-mnist", join("FashionMNIST", "raw")];

/** Four of anything: training images and labels, test images and labels. */
export type Quadruple<T> = readonly [T, T, T, T];

/** Does the same to all four. */
export function mapQuadruple<T, U>([a, b, c, d]: Quadruple<T>, work: (item: T, index: number) => U): Quadruple<U> {
  return [work(a, 0), work(b, 1), work(c, 2), work(d, 3)];
}

/** A file that was found. */
export interface FoundFile {
  readonly path: string;
  /** Whether it has to be gunzipped. */
  readonly packed: boolean;
}

const names = mapQuadruple(fashionMnistFiles, ({ name }) => name);

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Reads a whole file; failures are told apart from wrong contents. */
export async function readBytes(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  try {
    return await readFile(path, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    throw new DataError("data-unreadable", {
      path,
      rule: { en: `the file cannot be read (${codeOf(error)})`, zh: `无法读取文件（${codeOf(error)}）` },
      received: codeOf(error),
      hint: { en: "check that it exists and its permissions", zh: "请检查文件是否存在以及访问权限" },
      cause: error,
    });
  }
}

/**
 * Finds four IDX files in a folder or in its subfolders `fashion-mnist` and `FashionMNIST/raw`; a name counts with `.gz` and
 * without, with `.gz` first.
 *
 * @throws DataError `data-folder-missing`, or `data-files-missing` with the names in `received`
 */
export async function findIdxFiles(folder: string): Promise<Quadruple<FoundFile>> {
  checkFolder(folder, {
    en: "name the folder that holds the four files of Fashion-MNIST (train-images-idx3-ubyte.gz and so on)",
    zh: "请指定存放 Fashion-MNIST 四个文件（train-images-idx3-ubyte.gz 等）的文件夹",
  });
  let place = folder;
  let present = new Set<string>();
  for (const subfolder of SUBFOLDERS) {
    const entries = new Set(await readdir(join(folder, subfolder)).catch(() => []));
    if (!names.some((name) => entries.has(`${name}.gz`) || entries.has(name))) continue;
    place = join(folder, subfolder);
    present = entries;
    break;
  }
  const missing = names.filter((name) => !present.has(`${name}.gz`) && !present.has(name)).map((name) => `${name}.gz`);
  if (missing.length > 0) {
    throw new DataError("data-files-missing", {
      path: place,
      rule: {
        en: `the folder lacks ${missing.join(", ")}`,
        zh: `文件夹里缺少 ${missing.join("、")}`,
      },
      expected: names.map((name) => `${name}.gz`),
      received: missing,
      hint: {
        en: "put the four files there, or in a subfolder fashion-mnist",
        zh: "请把四个文件放在这里，或放在子文件夹 fashion-mnist 里",
      },
    });
  }
  return mapQuadruple(names, (name) => {
    const packed = present.has(`${name}.gz`);
    return { path: join(place, packed ? `${name}.gz` : name), packed };
  });
}

/**
 * Gunzips a file's bytes, off the main thread.
 *
 * @throws DataError `gzip-truncated` if the end is missing, `gzip-corrupt` if it is not gzip or damaged
 */
export async function gunzip(bytes: Uint8Array, path: string): Promise<Uint8Array> {
  // The last four bytes hold the unpacked size: one buffer of that size spares zlib from joining thousands of small ones.
  const claim = bytes.length < 18 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  const chunkSize = claim > 0 && claim < LARGEST_CLAIM ? claim + 64 : 1 << 20;
  try {
    return await gunzipAsync(bytes, { chunkSize });
  } catch (error) {
    // zlib says "unexpected end of file" with Z_BUF_ERROR; everything else is Z_DATA_ERROR.
    const truncated = codeOf(error) === "Z_BUF_ERROR";
    throw new DataError(truncated ? "gzip-truncated" : "gzip-corrupt", {
      path,
      rule: truncated
        ? {
            en: `the gzip file is cut off after ${bytes.length} bytes`,
            zh: `gzip 文件不完整，只有 ${bytes.length} 字节`,
          }
        : {
            en: `this is not a gzip file, or it is damaged (${error instanceof Error ? error.message : error})`,
            zh: `这不是 gzip 文件，或者已损坏（${error instanceof Error ? error.message : error}）`,
          },
      expected: "gzip",
      received: bytes.length,
      hint: { en: "fetch the file again", zh: "请重新获取文件" },
      cause: error,
    });
  }
}

/** What a file holds: images in a tensor, or the gunzipped bytes of any file. */
export type IdxContents = ResidentImages | Uint8Array;

function holdsImages(name: string): boolean {
  return name.includes("images");
}

/**
 * Reads one file and checks it against what was published. Damage is named as precisely as it can be: gzip before IDX
 * before the checksum.
 *
 * @throws DataError `data-unreadable`, `gzip-truncated`, `gzip-corrupt`, `idx-...`, `data-checksum`
 */
export async function readPublished(
  { path, packed }: FoundFile,
  published: PublishedFile,
  signal?: AbortSignal,
): Promise<IdxContents> {
  const expected = packed ? published.md5 : published.unpackedMd5;
  if (holdsImages(published.name)) {
    const images = await streamIdxImages(path, packed, expected, signal);
    if (images !== null) return images;
  }
  const bytes = await readBytes(path, signal);
  // Gunzipping runs on a thread of its own while this one computes the checksum.
  const unpacking = packed ? gunzip(bytes, path) : Promise.resolve(bytes);
  const md5 = createHash("md5").update(bytes).digest("hex");
  const unpacked = await unpacking;
  if (md5 === expected) return unpacked;
  if (holdsImages(published.name)) parseIdxImages(unpacked, path);
  else parseIdxLabels(unpacked, path);
  throw new DataError("data-checksum", {
    path,
    rule: {
      en: `the MD5 of the official file is ${expected}, of this one ${md5}`,
      zh: `官方文件的 MD5 是 ${expected}，而这个文件的是 ${md5}`,
    },
    expected,
    received: md5,
    hint: {
      en: "fetch the official file; for data of your own use readImageDataset(folder)",
      zh: "请获取官方文件；自己的数据请用 readImageDataset(folder) 读取",
    },
  });
}

function imagesOf(contents: IdxContents, path: string): IdxImages | ResidentImages {
  return contents instanceof Uint8Array ? parseIdxImages(contents, path) : contents;
}

function labelsOf(contents: IdxContents, path: string): Uint8Array {
  if (contents instanceof Uint8Array) return parseIdxLabels(contents, path);
  throw new TypeError(`${path} holds images`);
}

/**
 * Makes a data set of four IDX files.
 *
 * @param source the folder they came from
 * @throws DataError `idx-...`, or `idx-image-size` if training and test images differ in size
 */
export function assembleDataset(files: Quadruple<IdxContents>, paths: Quadruple<string>, source: string): ImageDataset {
  const trainImages = imagesOf(files[0], paths[0]);
  const testImages = imagesOf(files[2], paths[2]);
  const { height, width } = trainImages;
  if (testImages.height !== height || testImages.width !== width) {
    throw new DataError("idx-image-size", {
      path: paths[2],
      rule: {
        en: `the training images are ${height} x ${width}, the test images ${testImages.height} x ${testImages.width}`,
        zh: `训练图像是 ${height} x ${width}，而测试图像是 ${testImages.height} x ${testImages.width}`,
      },
      expected: [height, width],
      received: [testImages.height, testImages.width],
      hint: { en: "both parts need the same size", zh: "两部分图像的大小必须相同" },
    });
  }
  return {
    name: "fashion-mnist",
    height,
    width,
    train: joinIdx(trainImages, labelsOf(files[1], paths[1]), paths[1]),
    test: joinIdx(testImages, labelsOf(files[3], paths[3]), paths[3]),
    source,
  };
}

/**
 * Reads four IDX files of any contents: the names and the format of Fashion-MNIST, without its checksums.
 *
 * For data of your own: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
 * `t10k-labels-idx1-ubyte`, each with or without `.gz`, with labels 0 to 9.
 *
 * @param folder the folder that holds them, or the folder above (`fashion-mnist`, `FashionMNIST/raw`)
 * @throws DataError `data-folder-missing`, `data-files-missing`, `data-unreadable`, `gzip-truncated`, `gzip-corrupt`,
 * `idx-too-short`, `idx-magic`, `idx-size`, `idx-label-range`, `idx-count-mismatch`, `idx-image-size`
 *
 * @example
 * const { train } = await readImageDataset("my-data");
 */
export async function readImageDataset(folder: string, options: { signal?: AbortSignal } = {}): Promise<ImageDataset> {
  const found = await findIdxFiles(folder);
  const read = async ({ path, packed }: FoundFile, index: number): Promise<IdxContents> => {
    const images = holdsImages(names[index]!) ? await streamIdxImages(path, packed, null, options.signal) : null;
    if (images !== null) return images;
    const bytes = await readBytes(path, options.signal);
    return packed ? gunzip(bytes, path) : bytes;
  };
  const files = await Promise.all(mapQuadruple(found, read));
  const paths = mapQuadruple(found, ({ path }) => path);
  return assembleDataset(files, paths, folder);
}
