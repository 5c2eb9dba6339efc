// Downloads one file of known size and checksum from several mirrors: resumed, verified, and there whole or not at all.
import { basename } from "node:path";
import { DataError, type Localized } from "torchlet";
import { type HttpClient, MirrorError } from "./http.js";
import { PartFile } from "./part-file.js";

/** Where and how to download. */
export interface DownloadRequest {
  /** The path of the finished file; its folder is made. */
  readonly target: string;
  /** The length of the file in bytes. */
  readonly bytes: number;
  /** Its MD5 in hexadecimal. */
  readonly md5: string;
  /** Addresses of the same file, in the order in which they are tried. */
  readonly urls: readonly string[];
  readonly client: HttpClient;
  readonly signal?: AbortSignal;
  /** Called as bytes arrive and whenever another mirror is tried. */
  readonly onProgress?: (received: number, url: string) => void;
}

// As long as every round over the mirrors brings the file further, a flaky network gets another one.
const MOST_ROUNDS = 5;

const wrongSize = (expected: number, received: number): Localized => ({
  en: `the file there has ${received} bytes, expected ${expected}`,
  zh: `那里的文件有 ${received} 字节，应为 ${expected} 字节`,
});

/** Receives what is missing from one mirror. */
async function receive(part: PartFile, url: string, request: DownloadRequest, ranged = true): Promise<void> {
  const { bytes, client, signal, onProgress } = request;
  const complete = await client.get(url, ranged ? part.length : 0, signal, async (answer) => {
    const { status, range } = answer;
    // "Range not satisfiable": ask for everything, and see from its length whether it is our file at all.
    if (status === 416 && ranged) return false;
    if (status !== 200 && status !== 206) throw new MirrorError({ en: `HTTP ${status}`, zh: `HTTP ${status}` });
    if (/^text\/html/i.test(answer.type)) {
      throw new MirrorError({ en: "the answer is a web page", zh: "返回的是网页" });
    }
    let start = 0;
    if (status === 206) {
      if (range === null || range.start !== part.length) {
        throw new MirrorError({ en: "the answer is another part of the file", zh: "返回的是文件的另一部分" });
      }
      start = range.start;
      if (range.total !== null && range.total !== bytes) throw new MirrorError(wrongSize(bytes, range.total));
    } else if (answer.length !== null && answer.length !== bytes) {
      throw new MirrorError(wrongSize(bytes, answer.length));
    }
    // A server that ignores ranges sends again what we have; the checksum finds out if it is not the same.
    let known = part.length - start;
    for await (const chunk of answer.body) {
      const fresh = known >= chunk.length ? null : chunk.subarray(known);
      known = Math.max(0, known - chunk.length);
      if (fresh === null) continue;
      if (part.length + fresh.length > bytes) throw new MirrorError(wrongSize(bytes, part.length + fresh.length));
      await part.append(fresh);
      onProgress?.(part.length, url);
    }
    return true;
  });
  if (!complete) return receive(part, url, request, false);
  if (part.length < bytes) {
    throw new MirrorError({
      en: `the connection ended after ${part.length} of ${bytes} bytes`,
      zh: `连接在收到 ${part.length} / ${bytes} 字节后中断`,
    });
  }
}

/** Why a mirror was given up. */
interface Attempt {
  readonly url: string;
  readonly reason: Localized;
  readonly wrongChecksum: boolean;
}

/** What is said when no mirror delivered; wrong bytes weigh more than no bytes. */
function failure(request: DownloadRequest, attempts: readonly Attempt[]): DataError {
  const wrong = attempts.some(({ wrongChecksum }) => wrongChecksum);
  // The last reason of every mirror, briefly; `received` has them all with full addresses.
  const last = [...new Map(attempts.map(({ url, reason }) => [url, reason]))];
  const list = (language: keyof Localized) =>
    last.map(([url, reason]) => `${URL.canParse(url) ? new URL(url).host : url}: ${reason[language]}`).join(", ");
  return new DataError(wrong ? "download-checksum" : "download-unavailable", {
    path: basename(request.target),
    rule: wrong
      ? { en: `no mirror delivered the right bytes (${list("en")})`, zh: `没有镜像给出正确的文件（${list("zh")}）` }
      : { en: `no mirror could be reached (${list("en")})`, zh: `无法从任何镜像下载（${list("zh")}）` },
    expected: { bytes: request.bytes, md5: request.md5 },
    received: attempts.map(({ url, reason }) => ({ url, reason: reason.en })),
    hint: wrong
      ? {
          en: "something on the way changes downloads; fetch the file by hand and name its folder in TORCHLET_DATA",
          zh: "传输途中有环节改动了文件；请手动下载，并用 TORCHLET_DATA 指定其文件夹",
        }
      : {
          en: "check the network and the proxy (HTTPS_PROXY), or fetch the files by hand and name their folder in TORCHLET_DATA",
          zh: "请检查网络和代理（HTTPS_PROXY），或手动下载文件，并用 TORCHLET_DATA 指定其文件夹",
        },
  });
}

/**
 * Downloads a file, resuming what an earlier attempt left, and puts it at `target` only once its MD5 is right.
 *
 * If it is aborted or fails, what has arrived stays beside the target for the next call.
 *
 * @throws DataError `download-unavailable` (its `received` lists what every mirror answered), `download-checksum` if some
 * mirror delivered other bytes and none the right ones, `cache-unwritable`; the signal's reason when it is aborted
 */
export async function download(request: DownloadRequest): Promise<void> {
  const { target, bytes, md5, urls, signal, onProgress } = request;
  const part = await PartFile.open(target, bytes);
  const attempts: Attempt[] = [];
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const before = part.length;
      for (const url of urls) {
        if (attempts.some((attempt) => attempt.wrongChecksum && attempt.url === url)) continue;
        // Twice at most: bytes of an earlier download may be the wrong ones, then this mirror deserves a fresh start.
        for (let resumed = true; resumed; ) {
          signal?.throwIfAborted();
          resumed = part.length > 0;
          onProgress?.(part.length, url);
          try {
            if (part.length < bytes) await receive(part, url, request);
            if ((await part.md5()) === md5) {
              await part.commit();
              return;
            }
            await part.restart();
            const reason = { en: "wrong checksum", zh: "校验和不符" };
            if (!resumed) attempts.push({ url, reason, wrongChecksum: true });
          } catch (error) {
            if (!(error instanceof MirrorError)) throw error;
            attempts.push({ url, reason: error.reason, wrongChecksum: false });
            break;
          }
        }
      }
      if (part.length <= before) break;
    }
    throw failure(request, attempts);
  } finally {
    await part.release();
  }
}
