// Reads an IDX file of images piece by piece into a tensor, so that its bytes exist once. Node only.
import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { utils } from "torchlet";
import { type IdxImageSizes, IMAGES_HEADER, parseIdxImageSizes, type ResidentImages } from "./idx.js";

/** Bytes that are read, and gunzipped, at a time: smaller pieces spend more on going back and forth between threads. */
const CHUNK = 1 << 19;

/** A size that a gzip trailer may claim before it is believed; the largest file of Fashion-MNIST unpacks to 47 MB. */
export const LARGEST_CLAIM = 1 << 28;

/** What gunzipping will give: the last four bytes of a gzip file say it. */
async function claimedSize(file: FileHandle, size: number): Promise<number> {
  if (size < 18) return 0;
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, size - 4);
  return buffer.readUInt32LE();
}

/** Takes the header off the front, and writes the rest into a tensor of the size that the header says. */
class ImagesReceiver {
  private header = Buffer.alloc(0);
  private sizes: IdxImageSizes | null = null;
  private writer: utils.data.ByteWriter | null = null;

  constructor(
    private readonly path: string,
    private readonly fileLength: number,
  ) {}

  take(chunk: Uint8Array): void {
    let rest = chunk;
    if (this.writer === null) {
      const missing = IMAGES_HEADER - this.header.length;
      this.header = Buffer.concat([this.header, chunk.subarray(0, missing)]);
      rest = chunk.subarray(missing);
      if (this.header.length < IMAGES_HEADER) return;
      this.sizes = parseIdxImageSizes(this.header, this.fileLength, this.path);
      this.writer = new utils.data.ByteWriter(this.fileLength - IMAGES_HEADER);
    }
    this.writer.write(rest);
  }

  finish(): ResidentImages {
    const { count, height, width } = this.sizes!;
    return { count, height, width, tensor: this.writer!.finish().reshape(count, height, width) };
  }

  discard(): void {
    this.writer?.discard();
  }
}

async function receive(
  file: FileHandle,
  packed: boolean,
  hash: Hash,
  images: ImagesReceiver,
  signal: AbortSignal | undefined,
): Promise<void> {
  const source = file.createReadStream({ highWaterMark: CHUNK, autoClose: false });
  const hashed = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  const sink = async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) images.take(chunk);
  };
  if (packed) await pipeline(source, hashed, createGunzip({ chunkSize: CHUNK }), sink, { signal });
  else await pipeline(source, hashed, sink, { signal });
}

/**
 * Reads a file of images in which everything is as it should be: its format, its length and its checksum.
 *
 * @param md5 the MD5 that the file on the disk must have; null takes any
 * @returns null where something is not: who reads the file whole finds out what, and says it
 * @throws the signal's reason when it is aborted
 */
export async function streamIdxImages(
  path: string,
  packed: boolean,
  md5: string | null,
  signal?: AbortSignal,
): Promise<ResidentImages | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  let images: ImagesReceiver | null = null;
  try {
    const { size } = await file.stat();
    const length = packed ? await claimedSize(file, size) : size;
    if (length <= IMAGES_HEADER || length > LARGEST_CLAIM) return null;
    images = new ImagesReceiver(path, length);
    const hash = createHash("md5");
    await receive(file, packed, hash, images, signal);
    const sum = hash.digest("hex");
    if (md5 === null || md5 === sum) return images.finish();
  } catch {
    signal?.throwIfAborted();
  } finally {
    await file.close().catch(() => {});
  }
  images?.discard();
  return null;
}
