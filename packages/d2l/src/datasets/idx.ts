// Parses IDX, the format of MNIST and Fashion-MNIST: a big-endian header, then bytes.
import { DataError, type Localized, type Tensor } from "torchlet";
import { type ImageSplit, ResidentSplit } from "./image-dataset.js";

const IMAGES_MAGIC = 2051;
const LABELS_MAGIC = 2049;
const CLASSES = 10;

/** What an IDX file of images says in its header. */
export interface IdxImageSizes {
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** The images of one IDX file. */
export interface IdxImages extends IdxImageSizes {
  /** `count * height * width` bytes; a view of the file's bytes, not a copy. */
  readonly pixels: Uint8Array;
}

/** The images of one IDX file in a tensor (count, height, width) of bytes. */
export interface ResidentImages extends IdxImageSizes {
  readonly tensor: Tensor;
}

interface Kind {
  readonly magic: number;
  readonly name: Localized;
  readonly dimensions: number;
}

const images: Kind = { magic: IMAGES_MAGIC, name: { en: "images", zh: "图像" }, dimensions: 3 };
const labels: Kind = { magic: LABELS_MAGIC, name: { en: "labels", zh: "标签" }, dimensions: 1 };

/** What a wrong first number most likely means. */
function magicHint(bytes: Uint8Array, magic: number): Localized {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return {
      en: "the file is still gzip-compressed: give its name the ending .gz",
      zh: "文件仍是 gzip 压缩的：文件名应以 .gz 结尾",
    };
  }
  if (magic === IMAGES_MAGIC || magic === LABELS_MAGIC) {
    return { en: "are the images and the labels swapped?", zh: "图像文件和标签文件是否弄反了？" };
  }
  return { en: "it is not an IDX file of unsigned bytes", zh: "它不是无符号字节的 IDX 文件" };
}

/** Bytes before the first image. */
export const IMAGES_HEADER = 16;

/** Checks the header, at the start of `bytes`, against the file's length; returns the dimensions and where the data starts. */
function readHeader(
  bytes: Uint8Array,
  fileLength: number,
  path: string,
  kind: Kind,
): { sizes: number[]; start: number } {
  const start = 4 + 4 * kind.dimensions;
  if (fileLength < start) {
    throw new DataError("idx-too-short", {
      path,
      rule: {
        en: `an IDX file of ${kind.name.en} has a header of ${start} bytes, the file has ${fileLength} bytes`,
        zh: `IDX ${kind.name.zh}文件的头部有 ${start} 字节，而文件只有 ${fileLength} 字节`,
      },
      expected: start,
      received: fileLength,
      hint: { en: "the file is cut off: fetch it again", zh: "文件不完整：请重新获取" },
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, start);
  const magic = view.getUint32(0);
  if (magic !== kind.magic) {
    throw new DataError("idx-magic", {
      path,
      rule: {
        en: `an IDX file of ${kind.name.en} starts with the number ${kind.magic}, this one with ${magic}`,
        zh: `IDX ${kind.name.zh}文件以数字 ${kind.magic} 开头，而这个文件以 ${magic} 开头`,
      },
      expected: kind.magic,
      received: magic,
      hint: magicHint(bytes, magic),
    });
  }
  const sizes = Array.from({ length: kind.dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  // Four-byte sizes multiply to at most 2 ** 96: inexact as a number, but never equal to a file's length by accident.
  const length = start + sizes.reduce((product, size) => product * size, 1);
  if (length !== fileLength || length === start) {
    const shape = sizes.join(" x ");
    throw new DataError("idx-size", {
      path,
      rule:
        length === start
          ? { en: `the header announces no data (${shape})`, zh: `头部声明没有数据（${shape}）` }
          : {
              en: `the header announces ${shape} bytes of data, ${length} bytes in all, the file has ${fileLength}`,
              zh: `头部声明 ${shape} 字节的数据，共 ${length} 字节，而文件有 ${fileLength} 字节`,
            },
      expected: length,
      received: fileLength,
      hint: { en: "the file is cut off or damaged: fetch it again", zh: "文件不完整或已损坏：请重新获取" },
    });
  }
  return { sizes, start };
}

/**
 * Parses the header of an IDX file of images that arrives piece by piece.
 *
 * @param header the first 16 bytes
 * @param fileLength the length of the whole file, gunzipped
 * @throws DataError as `parseIdxImages`
 */
export function parseIdxImageSizes(header: Uint8Array, fileLength: number, path: string): IdxImageSizes {
  const [count, height, width] = readHeader(header, fileLength, path, images).sizes;
  return { count, height, width };
}

/**
 * Parses an IDX file of images (magic number 2051: count, height, width, then the pixels).
 *
 * @param bytes the file, already gunzipped
 * @param path the file's name, for errors
 * @throws DataError `idx-too-short`, `idx-magic`, or `idx-size` if header and length disagree
 *
 * @example
 * const { count, height, width, pixels } = parseIdxImages(bytes, "t10k-images-idx3-ubyte");
 */
export function parseIdxImages(bytes: Uint8Array, path: string): IdxImages {
  return { ...parseIdxImageSizes(bytes, bytes.length, path), pixels: bytes.subarray(IMAGES_HEADER) };
}

/**
 * Parses an IDX file of labels (magic number 2049: count, then one byte a label).
 *
 * @param bytes the file, already gunzipped
 * @param path the file's name, for errors
 * @returns one class index, 0 to 9, an image; a view of `bytes`, not a copy
 * @throws DataError `idx-too-short`, `idx-magic`, `idx-size`, or `idx-label-range` if a label is above 9
 *
 * @example
 * const labels = parseIdxLabels(bytes, "t10k-labels-idx1-ubyte");
 */
export function parseIdxLabels(bytes: Uint8Array, path: string): Uint8Array {
  const values = bytes.subarray(readHeader(bytes, bytes.length, path, labels).start);
  const wrong = values.findIndex((label) => label >= CLASSES);
  if (wrong >= 0) {
    throw new DataError("idx-label-range", {
      path,
      rule: {
        en: `labels go from 0 to ${CLASSES - 1}, label ${wrong} is ${values[wrong]}`,
        zh: `标签的范围是 0 到 ${CLASSES - 1}，而第 ${wrong} 个标签是 ${values[wrong]}`,
      },
      expected: [0, CLASSES - 1],
      received: values[wrong],
      hint: { en: "the file is damaged, or has other classes", zh: "文件已损坏，或者类别不同" },
    });
  }
  return values;
}

/**
 * Puts images and their labels together.
 *
 * @throws DataError `idx-count-mismatch` if there are not as many labels as images
 */
export function joinIdx(parsed: IdxImages | ResidentImages, classes: Uint8Array, path: string): ImageSplit {
  if (parsed.count !== classes.length) {
    throw new DataError("idx-count-mismatch", {
      path,
      rule: {
        en: `every image needs a label, got ${parsed.count} images and ${classes.length} labels`,
        zh: `每张图像需要一个标签，得到 ${parsed.count} 张图像和 ${classes.length} 个标签`,
      },
      expected: parsed.count,
      received: classes.length,
      hint: {
        en: "do the two files belong to the same part of the data set?",
        zh: "两个文件是否属于数据集的同一部分？",
      },
    });
  }
  if ("tensor" in parsed) return new ResidentSplit(parsed.tensor, classes);
  return { images: parsed.pixels, labels: classes, count: parsed.count };
}
