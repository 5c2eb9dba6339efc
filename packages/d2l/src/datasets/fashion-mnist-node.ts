// Finds Fashion-MNIST: a folder that the user names, the cache, or a download into the cache. Node only.
import { rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError, type ErrorDetails } from "torchlet";
import { download } from "./download/download.js";
import { HttpClient, MirrorError, type Patience } from "./download/http.js";
import {
  fashionMnistFiles,
  fashionMnistMirrors,
  type PublishedFile,
  type PublishedFiles,
} from "./fashion-mnist-files.js";
import { type GarmentsOptions, makeGarments } from "./garments.js";
import { assembleDataset, findIdxFiles, mapQuadruple, readPublished } from "./idx-folder.js";
import type { ImageDataset } from "./image-dataset.js";

export { readImageDataset } from "./idx-folder.js";

/** How far a download has come. */
export interface DownloadProgress {
  /** The file that just moved on. */
  readonly file: string;
  /** The address it comes from. */
  readonly url: string;
  /** Bytes of all files that are being downloaded together, what an earlier attempt left included. */
  readonly received: number;
  readonly total: number;
}

/** Where to look for Fashion-MNIST, and how to download it. */
export interface FashionMnistOptions extends Patience {
  /** The folder that holds the four files, or the folder above it. Default: the environment's `TORCHLET_DATA`, if set. */
  data?: string;
  /** The folder for downloads. Default: `TORCHLET_CACHE`, else the system's folder for caches. */
  cacheDir?: string;
  /** Never use the network. Default: whether `TORCHLET_OFFLINE` is set to something other than 0. */
  offline?: boolean;
  /** Folders on the network, tried in this order. Default: three that serve the official files. */
  mirrors?: readonly string[];
  /** Sizes and checksums of the four files; their names are always the official ones. Default: the official files. */
  files?: PublishedFiles;
  /** Stops reading and downloading; what was downloaded stays for the next call. */
  signal?: AbortSignal;
  onProgress?: (progress: DownloadProgress) => void;
  /** Told about a damaged file in the cache before it is fetched again. Default: `process.emitWarning`. */
  onWarning?: (warning: DataError) => void;
}

function environment(name: string): string | undefined {
  return process.env[name] || undefined;
}

function isOffline({ offline }: FashionMnistOptions): boolean {
  return offline ?? !["0", "false", undefined].includes(environment("TORCHLET_OFFLINE"));
}

const byHand = {
  en: "fetch the files by hand and name their folder in TORCHLET_DATA",
  zh: "手动下载文件，并用 TORCHLET_DATA 指定其文件夹",
};

function unavailable(details: Pick<ErrorDetails, "rule" | "hint" | "received" | "cause">): DataError {
  const expected = "the four files of Fashion-MNIST";
  return new DataError("fashion-mnist-unavailable", { path: "Fashion-MNIST", expected, ...details });
}

/** Reads the data set from a folder that the user named; whatever is wrong with it is an error. */
async function fromFolder(folder: string, { files = fashionMnistFiles, signal }: FashionMnistOptions) {
  const found = await findIdxFiles(folder);
  const unpacked = await Promise.all(mapQuadruple(found, (file, i) => readPublished(file, files[i], signal)));
  const paths = mapQuadruple(found, ({ path }) => path);
  return assembleDataset(unpacked, paths, folder);
}

/** Reads one file of the cache; a damaged one is reported, set aside, and counts as absent. */
async function readCached(folder: string, file: PublishedFile, options: FashionMnistOptions) {
  const path = join(folder, `${file.name}.gz`);
  if (!(await stat(path).catch(() => null))) return null;
  try {
    return await readPublished({ path, packed: true }, file, options.signal);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const warning = new DataError("cache-corrupt", {
      path,
      rule: {
        en: `the file in the cache is damaged and is fetched again (${error.rule.en})`,
        zh: `缓存中的文件已损坏，将重新下载（${error.rule.zh}）`,
      },
      expected: error.expected,
      received: error.received,
      cause: error,
    });
    const warn = options.onWarning ?? ((it) => process.emitWarning(it.message, { code: it.code }));
    warn(warning);
    await rename(path, `${path}.corrupt`).catch(() => {});
    return null;
  }
}

/** Downloads files into the cache, together; the first failure stops the others, which keep what they have. */
async function fetchFiles(folder: string, files: readonly PublishedFile[], options: FashionMnistOptions) {
  const { mirrors = fashionMnistMirrors, signal, onProgress } = options;
  const stop = new AbortController();
  const abort = () => stop.abort(signal?.reason);
  const client = await HttpClient.create(options);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const arrived = new Map<string, number>();
  try {
    signal?.throwIfAborted();
    signal?.addEventListener("abort", abort);
    const downloads = files.map((file) => {
      const name = `${file.name}.gz`;
      return download({
        target: join(folder, name),
        bytes: file.bytes,
        md5: file.md5,
        urls: mirrors.map((mirror) => `${mirror.replace(/\/?$/, "/")}${name}`),
        client,
        signal: stop.signal,
        onProgress: (bytes, url) => {
          arrived.set(name, bytes);
          const received = [...arrived.values()].reduce((sum, value) => sum + value, 0);
          onProgress?.({ file: name, url, received, total });
        },
      }).catch((error) => {
        // The first to fail says why; the others are stopped with the same reason.
        stop.abort(error);
        throw error;
      });
    });
    // All must have let go of their files before this returns.
    await Promise.allSettled(downloads);
    await Promise.all(downloads);
  } finally {
    signal?.removeEventListener("abort", abort);
    await client.close();
  }
}

/** Downloads what the cache lacks. What the environment, not the user, gets in the way of is `unavailable`. */
async function fillCache(folder: string, missing: readonly PublishedFile[], options: FashionMnistOptions) {
  if (isOffline(options)) {
    const lacking = missing.map(({ name }) => `${name}.gz`);
    throw unavailable({
      rule: {
        en: `offline mode is on (offline, TORCHLET_OFFLINE), and the cache ${folder} lacks ${lacking.join(", ")}`,
        zh: `处于离线模式（offline、TORCHLET_OFFLINE），而缓存 ${folder} 缺少 ${lacking.join("、")}`,
      },
      received: lacking,
      hint: { en: `allow the network, or ${byHand.en}`, zh: `请允许使用网络，或${byHand.zh}` },
    });
  }
  const chosen = options.cacheDir !== undefined || environment("TORCHLET_CACHE") !== undefined;
  try {
    await fetchFiles(folder, missing, options);
  } catch (error) {
    const { signal } = options;
    signal?.throwIfAborted();
    if (error instanceof MirrorError) {
      const hint = {
        en: `correct HTTP_PROXY and HTTPS_PROXY, or ${byHand.en}`,
        zh: `请更正 HTTP_PROXY 和 HTTPS_PROXY，或${byHand.zh}`,
      };
      throw unavailable({ rule: error.reason, hint, cause: error });
    }
    if (!(error instanceof DataError)) throw error;
    // A cache that the user chose is an instruction; the system's own is not, and a read-only home is no mistake.
    const circumstance = error.code === "download-unavailable" || (error.code === "cache-unwritable" && !chosen);
    if (!circumstance) throw error;
    throw unavailable({ rule: error.rule, hint: error.hint, received: error.received, cause: error });
  }
}

/** The folder of the cache for this data set. */
async function cacheFolder({ cacheDir }: FashionMnistOptions): Promise<string> {
  const chosen = cacheDir ?? environment("TORCHLET_CACHE");
  if (chosen !== undefined) return join(chosen, "fashion-mnist");
  const { default: envPaths } = await import("env-paths");
  return join(envPaths("torchlet", { suffix: "" }).cache, "fashion-mnist");
}

async function fromCache(options: FashionMnistOptions): Promise<ImageDataset> {
  const { files = fashionMnistFiles, signal } = options;
  const folder = await cacheFolder(options);
  const cached = await Promise.all(mapQuadruple(files, (file) => readCached(folder, file, options)));
  const missing = files.filter((_, i) => cached[i] === null);
  if (missing.length > 0) await fillCache(folder, missing, options);
  const paths = mapQuadruple(files, ({ name }) => join(folder, `${name}.gz`));
  const unpacked = await Promise.all(
    mapQuadruple(paths, (path, i) => cached[i] ?? readPublished({ path, packed: true }, files[i], signal)),
  );
  return assembleDataset(unpacked, paths, folder);
}

/**
 * Loads Fashion-MNIST: 60,000 training and 10,000 test images of 28 by 28 bytes.
 *
 * It is looked for in the folder `data`, in the folder `TORCHLET_DATA`, in the cache, and on the network, in this order; a
 * download is verified and stays in the cache. A folder that was named is never passed over: if it is wrong, that is an error.
 * Folders hold the four files, gzipped or not, themselves or in a subfolder `fashion-mnist`. The checksums of the official
 * files hold for all of them; `readImageDataset` reads other data of the same format.
 *
 * @throws DataError `data-folder-missing`, `data-files-missing`, `data-unreadable`, `data-checksum`, `gzip-truncated`,
 * `gzip-corrupt` or `idx-...` for a folder that was named; `fashion-mnist-unavailable` if nothing was found and no mirror
 * could be reached; `download-checksum` if mirrors deliver other bytes; `cache-unwritable` if the chosen cache takes no
 * files. The signal's reason when it is aborted.
 *
 * @example
 * const { train, source } = await loadFashionMnist();
 * train.count; // 60000
 *
 * @see https://github.com/zalandoresearch/fashion-mnist
 */
export async function loadFashionMnist(options: FashionMnistOptions = {}): Promise<ImageDataset> {
  options.signal?.throwIfAborted();
  const folder = options.data ?? environment("TORCHLET_DATA");
  return folder === undefined ? fromCache(options) : fromFolder(folder, options);
}

/** What `loadFashionMnistOrGarments` takes besides. */
export interface FallbackOptions extends FashionMnistOptions {
  /** Told why there is no Fashion-MNIST, before garments are drawn: the place to say so aloud. */
  onFallback?: (error: DataError) => void;
  /** Which garments. */
  garments?: GarmentsOptions;
}

/**
 * Loads Fashion-MNIST, or draws garments if it is `fashion-mnist-unavailable`; every other error stays one.
 *
 * @returns a data set whose `name` says which
 *
 * @example
 * const data = await loadFashionMnistOrGarments({ onFallback: (error) => console.warn(error.message) });
 */
export async function loadFashionMnistOrGarments(options: FallbackOptions = {}): Promise<ImageDataset> {
  try {
    return await loadFashionMnist(options);
  } catch (error) {
    if (!(error instanceof DataError && error.code === "fashion-mnist-unavailable")) throw error;
    options.onFallback?.(error);
    return makeGarments(options.garments);
  }
}
