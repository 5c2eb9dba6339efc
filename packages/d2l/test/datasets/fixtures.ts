// A tiny data set in the format of Fashion-MNIST, and servers that deliver it well or badly.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, vi } from "vitest";
import type { PublishedFile, PublishedFiles } from "../../src/datasets/fashion-mnist-files.js";
import { Random } from "../../src/datasets/garments/random.js";

export const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest("hex");

/** Bytes of an IDX file with the given numbers in its header. */
export function idx(header: readonly number[], data: Uint8Array): Buffer {
  const head = Buffer.alloc(4 * header.length);
  for (const [i, value] of header.entries()) head.writeUInt32BE(value, 4 * i);
  return Buffer.concat([head, data]);
}

/** Bytes that gzip cannot make smaller. */
export function noise(length: number, seed: number): Uint8Array {
  const random = new Random(seed, 0);
  return Uint8Array.from({ length }, () => random.bits() >>> 24);
}

export const labelsOf = (count: number) => Uint8Array.from({ length: count }, (_, i) => i % 10);

export const TRAIN = 260;
export const TEST = 20;

/** The four files, unpacked: 260 training images (about 200 kB that gzip does not shrink) and 20 test images. */
export const unpacked: Record<string, Buffer> = {
  "train-images-idx3-ubyte": idx([2051, TRAIN, 28, 28], noise(TRAIN * 784, 1)),
  "train-labels-idx1-ubyte": idx([2049, TRAIN], labelsOf(TRAIN)),
  "t10k-images-idx3-ubyte": idx([2051, TEST, 28, 28], noise(TEST * 784, 2)),
  "t10k-labels-idx1-ubyte": idx([2049, TEST], labelsOf(TEST)),
};

/** The same, gzipped, by their full names. */
export const packed: Record<string, Buffer> = Object.fromEntries(
  Object.entries(unpacked).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]),
);

export const BIG = "train-images-idx3-ubyte.gz";

function publish(name: string): PublishedFile {
  const bytes = packed[`${name}.gz`];
  return { name, bytes: bytes.length, md5: md5(bytes), unpackedMd5: md5(unpacked[name]) };
}

const [first, second, third, fourth] = Object.keys(unpacked);

/** What takes the place of the official files. */
export const files: PublishedFiles = [publish(first), publish(second), publish(third), publish(fourth)];

let folders: string[] = [];
let servers: Server[] = [];

/** A new empty folder; it is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "torchlet-test-"));
  folders.push(folder);
  return folder;
}

/** A folder with the files, changed as the test wants; null leaves one out. */
export async function folderWith(changes: Record<string, Uint8Array | null> = {}, base = packed): Promise<string> {
  const folder = await temporaryFolder();
  for (const [name, bytes] of Object.entries({ ...base, ...changes })) {
    if (bytes !== null) await writeFile(join(folder, name), bytes);
  }
  return folder;
}

/** The cache's folder for this data set. */
export async function inCache(cacheDir: string): Promise<{ finished: string[]; parts: string[]; others: string[] }> {
  const names = await readdir(join(cacheDir, "fashion-mnist")).catch(() => []);
  return {
    finished: names.filter((name) => name.endsWith(".gz")).sort(),
    parts: names.filter((name) => name.endsWith(".part")),
    others: names.filter((name) => !name.endsWith(".gz") && !name.endsWith(".part")),
  };
}

/** Puts a file where the cache would. */
export async function putInCache(cacheDir: string, name: string, bytes: Uint8Array): Promise<void> {
  await mkdir(join(cacheDir, "fashion-mnist"), { recursive: true });
  await writeFile(join(cacheDir, "fashion-mnist", name), bytes);
}

/** Starts a server on a free port; it is gone after the test. */
export async function serve(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

export const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

/** How a mirror behaves. */
export interface Behaviour {
  /** Other contents than the right ones. */
  contents?: Record<string, Uint8Array>;
  /** Sends everything whatever range was asked for. */
  ignoreRanges?: boolean;
  /** Answers 416 to every range. */
  refuseRanges?: boolean;
  /** Sends no Content-Length. */
  chunked?: boolean;
  /** How many bytes of the big file go out before the connection is cut, or before nothing more comes. */
  cutAfter?: number;
  stallAfter?: number;
  status?: number;
}

/** A mirror, and the requests it got: `NAME` or `NAME from BYTE`. */
export async function mirror(behaviour: Behaviour = {}): Promise<{ url: string; requests: string[] }> {
  const requests: string[] = [];
  const server = await serve((request, response) => {
    const name = (request.url ?? "").replace(/^.*\//, "");
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    requests.push(from > 0 ? `${name} from ${from}` : name);
    const bytes = behaviour.contents?.[name] ?? packed[name];
    if (behaviour.status !== undefined) return void response.writeHead(behaviour.status).end("no");
    if (from > 0 && behaviour.refuseRanges) return void response.writeHead(416).end();
    const start = behaviour.ignoreRanges ? 0 : from;
    const body = bytes.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, {
      "content-type": "application/gzip",
      ...(behaviour.chunked ? {} : { "content-length": body.length }),
      ...(start > 0 ? { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    const limit = behaviour.cutAfter ?? behaviour.stallAfter;
    if (limit === undefined || name !== BIG || body.length <= limit) return void response.end(body);
    response.write(body.subarray(0, limit), () => {
      // Long enough for the client to have read what was sent before the reset arrives.
      if (behaviour.cutAfter !== undefined) setTimeout(() => response.destroy(), 30);
    });
  });
  return { url: addressOf(server), requests };
}

/** The address of a port where nobody listens. */
export async function nobody(): Promise<string> {
  const server = await serve(() => {});
  const url = addressOf(server);
  await new Promise((resolve) => server.close(resolve));
  return url;
}

/** Keeps the machine's own settings out of the tests, and cleans up. */
export function isolate(): void {
  beforeEach(() => {
    for (const name of ["TORCHLET_DATA", "TORCHLET_CACHE", "TORCHLET_OFFLINE", "NO_PROXY", "no_proxy"]) {
      vi.stubEnv(name, undefined);
    }
    for (const name of ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"]) vi.stubEnv(name, undefined);
    vi.stubEnv("TORCHLET_LANG", "en");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    servers = [];
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
    folders = [];
  });
}
