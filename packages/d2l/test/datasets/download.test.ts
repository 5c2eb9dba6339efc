// Downloads into the cache: resumed, verified, atomic, over several mirrors, through proxies, and with nobody there.
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { DataError } from "torchlet";
import { describe, expect, it, vi } from "vitest";
import {
  type FashionMnistOptions,
  loadFashionMnist,
  loadFashionMnistOrGarments,
} from "../../src/datasets/fashion-mnist-node.js";
import {
  addressOf,
  BIG,
  files,
  inCache,
  isolate,
  mirror,
  nobody,
  noise,
  packed,
  putInCache,
  serve,
  TRAIN,
  temporaryFolder,
} from "./fixtures.js";

isolate();

const all = Object.keys(packed).sort();
const big = packed[BIG];
const prefix = (length: number) => big.subarray(0, length);

/** A loader with a cache of its own. */
async function loader(...mirrors: string[]) {
  const cacheDir = await temporaryFolder();
  const load = (options: FashionMnistOptions = {}) => loadFashionMnist({ files, cacheDir, mirrors, ...options });
  return { cacheDir, load };
}

async function failureOf(work: Promise<unknown>): Promise<DataError> {
  const error = await work.then(
    () => null,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(DataError);
  return error;
}

describe("a download", () => {
  it("fetches the four files once and reads them from the cache ever after", async () => {
    const { url, requests } = await mirror();
    const { cacheDir, load } = await loader(url);
    const progress: number[] = [];
    let total = 0;
    const dataset = await load({
      onProgress: (at) => {
        progress.push(at.received);
        total = at.total;
      },
    });
    expect(dataset).toMatchObject({ name: "fashion-mnist", source: join(cacheDir, "fashion-mnist") });
    expect(dataset.train.count).toBe(TRAIN);
    expect([...requests].sort()).toEqual(all);
    expect(await inCache(cacheDir)).toEqual({ finished: all, parts: [], others: [] });
    expect(progress.at(-1)).toBe(total);
    expect(progress.every((value, i) => i === 0 || value >= progress[i - 1])).toBe(true);
    await load();
    await load({ offline: true });
    expect(requests.length).toBe(4);
  });

  it("goes into TORCHLET_CACHE, else into the system's folder for caches", async () => {
    const { url } = await mirror();
    const chosen = await temporaryFolder();
    vi.stubEnv("TORCHLET_CACHE", chosen);
    await loadFashionMnist({ files, mirrors: [url] });
    expect((await inCache(chosen)).finished).toEqual(all);
    if (process.platform !== "linux") return;
    const system = await temporaryFolder();
    vi.stubEnv("TORCHLET_CACHE", undefined);
    vi.stubEnv("XDG_CACHE_HOME", system);
    await loadFashionMnist({ files, mirrors: [url] });
    expect((await inCache(join(system, "torchlet"))).finished).toEqual(all);
  });

  it("fetches only what is missing", async () => {
    const { url, requests } = await mirror();
    const { cacheDir, load } = await loader(url);
    await putInCache(cacheDir, BIG, big);
    await load();
    expect(requests.length).toBe(3);
    expect(requests).not.toContain(BIG);
  });

  it("works without Content-Length", async () => {
    const { url } = await mirror({ chunked: true });
    expect((await (await loader(url)).load()).train.count).toBe(TRAIN);
  });

  it("follows redirects", async () => {
    const { url } = await mirror();
    const door = await serve((request, response) => {
      response.writeHead(302, { location: `${url}${request.url?.slice(1)}` }).end();
    });
    expect((await (await loader(addressOf(door))).load()).train.count).toBe(TRAIN);
  });
});

describe("resuming", () => {
  it("goes on where the connection was cut, on the next mirror", async () => {
    const broken = await mirror({ cutAfter: 80_000 });
    const whole = await mirror();
    const { cacheDir, load } = await loader(broken.url, whole.url);
    await load();
    const resumed = whole.requests.find((request) => request.startsWith(`${BIG} from `));
    expect(Number(resumed?.split(" ").at(-1))).toBeGreaterThan(0);
    expect(await inCache(cacheDir)).toEqual({ finished: all, parts: [], others: [] });
  });

  it("keeps going round while a flaky mirror brings it further", async () => {
    const { url, requests } = await mirror({ cutAfter: 60_000 });
    await (await loader(url)).load();
    expect(requests.filter((request) => request.startsWith(BIG)).length).toBeGreaterThan(2);
  });

  it("goes on after a call that failed; nothing unfinished ever bears the final name", async () => {
    // One round of a mirror that is cut at once makes no progress, and is given up.
    const stuck = await mirror({ cutAfter: 0 });
    const { cacheDir, load } = await loader(stuck.url);
    await putInCache(cacheDir, `${BIG}.0000dead.part`, prefix(100_000));
    const error = await failureOf(load());
    expect(error.code).toBe("fashion-mnist-unavailable");
    const left = await inCache(cacheDir);
    expect(left.finished).not.toContain(BIG);
    expect(left.parts.length).toBeGreaterThan(0);
    const whole = await mirror();
    await load({ mirrors: [whole.url] });
    expect(whole.requests).toContain(`${BIG} from 100000`);
    expect(await inCache(cacheDir)).toEqual({ finished: all, parts: [], others: [] });
  });

  it("handles a server that ignores ranges", async () => {
    const { url, requests } = await mirror({ ignoreRanges: true });
    const { cacheDir, load } = await loader(url);
    await putInCache(cacheDir, `${BIG}.0000dead.part`, prefix(50_001));
    await load();
    expect(requests).toContain(`${BIG} from 50001`);
    expect((await readFile(join(cacheDir, "fashion-mnist", BIG))).equals(big)).toBe(true);
  });

  it("handles a server that answers 416", async () => {
    const { url, requests } = await mirror({ refuseRanges: true });
    const { cacheDir, load } = await loader(url);
    await putInCache(cacheDir, `${BIG}.0000dead.part`, prefix(50_001));
    await load();
    expect(requests.filter((request) => request.startsWith(BIG))).toEqual([`${BIG} from 50001`, BIG]);
  });

  it("does not ask for what is complete already", async () => {
    const { url, requests } = await mirror();
    const { cacheDir, load } = await loader(url);
    await putInCache(cacheDir, `${BIG}.0000dead.part`, big);
    await load();
    expect(requests.some((request) => request.startsWith(BIG))).toBe(false);
  });

  it("starts again if the part turns out to be of another file", async () => {
    const { url, requests } = await mirror();
    const { cacheDir, load } = await loader(url);
    await putInCache(cacheDir, `${BIG}.0000dead.part`, noise(70_000, 9));
    await load();
    expect(requests.filter((request) => request.startsWith(BIG))).toEqual([`${BIG} from 70000`, BIG]);
  });

  it("ignores a part that is longer than the file", async () => {
    const { url, requests } = await mirror();
    const { cacheDir, load } = await loader(url);
    await putInCache(cacheDir, `${BIG}.0000dead.part`, noise(big.length + 1, 9));
    await load();
    expect(requests).toContain(BIG);
    expect((await inCache(cacheDir)).parts).toEqual([]);
  });

  it("gives up a mirror whose file has another size, and keeps what it has", async () => {
    const changed = await mirror({ contents: { [BIG]: noise(150_000, 3) } });
    const right = await mirror();
    const { cacheDir, load } = await loader(changed.url, right.url);
    await putInCache(cacheDir, `${BIG}.0000dead.part`, prefix(90_000));
    await load();
    expect(right.requests).toContain(`${BIG} from 90000`);
  });

  it("takes the part along when it is aborted and resumed", async () => {
    const slow = await mirror({ stallAfter: 120_000 });
    const { cacheDir, load } = await loader(slow.url);
    const stop = new AbortController();
    const reason = new Error("the user pressed Ctrl-C");
    const work = load({
      signal: stop.signal,
      onProgress: ({ file, received }) => {
        if (file === BIG && received > 90_000) stop.abort(reason);
      },
    });
    await expect(work).rejects.toBe(reason);
    const { finished, parts } = await inCache(cacheDir);
    expect(finished).not.toContain(BIG);
    expect(parts.filter((name) => name.startsWith(BIG)).length).toBe(1);
    const whole = await mirror();
    await load({ mirrors: [whole.url] });
    const resumed = whole.requests.find((request) => request.startsWith(`${BIG} from `));
    expect(Number(resumed?.split(" ").at(-1))).toBeGreaterThan(0);
    expect((await inCache(cacheDir)).parts).toEqual([]);
  });
});

describe("mirrors", () => {
  it.each([404, 403, 500, 503])("passes on to the next one after HTTP %i", async (status) => {
    const bad = await mirror({ status });
    const good = await mirror();
    expect((await (await loader(bad.url, good.url)).load()).train.count).toBe(TRAIN);
  });

  it("passes on from an address that is none, and takes one without the slash at its end", async () => {
    const good = await mirror();
    expect((await (await loader("nonsense", good.url.slice(0, -1))).load()).train.count).toBe(TRAIN);
    const error = await failureOf((await loader("nonsense")).load());
    expect(error).toMatchObject({ code: "fashion-mnist-unavailable" });
  });

  it("passes on when nobody listens", async () => {
    const good = await mirror();
    expect((await (await loader(await nobody(), good.url)).load()).train.count).toBe(TRAIN);
  });

  it("passes on when a mirror stops in the middle, and resumes there", async () => {
    const stalled = await mirror({ stallAfter: 64_000 });
    const good = await mirror();
    const { load } = await loader(stalled.url, good.url);
    await load({ stallTimeout: 250 });
    expect(good.requests.some((request) => request.startsWith(`${BIG} from `))).toBe(true);
  });

  it("passes on when a mirror never answers, and when it trickles", async () => {
    const silent = await serve(() => {});
    const trickle = await serve((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(timer));
    });
    const good = await mirror();
    const { load } = await loader(addressOf(silent), addressOf(trickle), good.url);
    expect((await load({ stallTimeout: 200 })).train.count).toBe(TRAIN);
  });

  it("passes on after a wrong checksum", async () => {
    const forged = Buffer.from(big);
    forged[1000] ^= 1;
    const bad = await mirror({ contents: { [BIG]: forged } });
    const good = await mirror();
    const { cacheDir, load } = await loader(bad.url, good.url);
    await load();
    expect(good.requests).toContain(BIG);
    expect((await readFile(join(cacheDir, "fashion-mnist", BIG))).equals(big)).toBe(true);
  });

  it("is an error, not a fallback, if only wrong bytes are to be had", async () => {
    const forged = Buffer.from(big);
    forged[1000] ^= 1;
    const bad = await mirror({ contents: { [BIG]: forged } });
    const { cacheDir, load } = await loader(bad.url, await nobody());
    const error = await failureOf(load());
    expect(error).toMatchObject({ code: "download-checksum", path: BIG });
    expect(error.message).toContain("checksum");
    expect((await inCache(cacheDir)).finished).not.toContain(BIG);
    const mirrors = [bad.url];
    expect((await failureOf(loadFashionMnistOrGarments({ files, cacheDir, mirrors }))).code).toBe("download-checksum");
  });
});

describe("without a network", () => {
  it("says so, mirror by mirror", async () => {
    const gone = await nobody();
    const down = await mirror({ status: 503 });
    const portal = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<title>Sign in</title>");
    });
    const { cacheDir, load } = await loader(gone, down.url, addressOf(portal));
    const error = await failureOf(load());
    expect(error.code).toBe("fashion-mnist-unavailable");
    for (const part of ["ECONNREFUSED", "HTTP 503", "web page", "TORCHLET_DATA"]) expect(error.message).toContain(part);
    expect(error.rule.zh).toMatch(/[\u4e00-\u9fff]/);
    expect(await inCache(cacheDir)).toEqual({ finished: [], parts: [], others: [] });
  });

  it("does not try with TORCHLET_OFFLINE=1", async () => {
    const { url, requests } = await mirror();
    const { load } = await loader(url);
    vi.stubEnv("TORCHLET_OFFLINE", "1");
    expect((await failureOf(load())).code).toBe("fashion-mnist-unavailable");
    expect((await failureOf(load({ offline: true }))).code).toBe("fashion-mnist-unavailable");
    expect(requests).toEqual([]);
    vi.stubEnv("TORCHLET_OFFLINE", "0");
    await load();
    expect(requests.length).toBe(4);
  });

  it("falls back to garments, and says why first", async () => {
    const cacheDir = await temporaryFolder();
    const onFallback = vi.fn();
    const garments = { train: 20, test: 10 };
    const dataset = await loadFashionMnistOrGarments({ files, cacheDir, offline: true, onFallback, garments });
    expect(dataset).toMatchObject({ name: "garments", source: "embedded", train: { count: 20 } });
    expect(onFallback).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "fashion-mnist-unavailable" }));
  });

  it("counts a wrong proxy setting as such", async () => {
    vi.stubEnv("http_proxy", "http://");
    const { url } = await mirror();
    const error = await failureOf((await loader(url)).load());
    expect(error.code).toBe("fashion-mnist-unavailable");
    expect(error.message).toContain("proxy");
  });
});

describe("a damaged file in the cache", () => {
  it.each([
    ["cut off", prefix(1000)],
    ["empty", new Uint8Array()],
    ["something else", noise(big.length, 4)],
  ])("%s: is reported once, set aside and fetched again", async (_what, bytes) => {
    const { url, requests } = await mirror();
    const { cacheDir, load } = await loader(url);
    await load();
    await putInCache(cacheDir, BIG, bytes);
    const onWarning = vi.fn();
    expect((await load({ onWarning })).train.count).toBe(TRAIN);
    expect(onWarning).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: "cache-corrupt" }));
    expect(requests.filter((request) => request === BIG).length).toBe(2);
    expect(await inCache(cacheDir)).toEqual({ finished: all, parts: [], others: [`${BIG}.corrupt`] });
    await load({ onWarning });
    expect(onWarning).toHaveBeenCalledTimes(1);
  });

  it("without a network: is set aside all the same", async () => {
    const { cacheDir, load } = await loader();
    await putInCache(cacheDir, BIG, prefix(1000));
    const onWarning = vi.fn();
    expect((await failureOf(load({ offline: true, onWarning }))).code).toBe("fashion-mnist-unavailable");
    expect(onWarning).toHaveBeenCalledTimes(1);
    expect((await inCache(cacheDir)).finished).toEqual([]);
  });
});

describe("a cache that takes no files", () => {
  it("is an error if it was chosen, and a reason for the fallback if not", async () => {
    const { url } = await mirror();
    const blocked = join(await temporaryFolder(), "file");
    await writeFile(blocked, "not a folder");
    const { load } = await loader(url);
    const error = await failureOf(load({ cacheDir: blocked }));
    expect(error.code).toBe("cache-unwritable");
    expect(error.message).toContain("TORCHLET_CACHE");
    if (process.platform !== "linux") return;
    vi.stubEnv("XDG_CACHE_HOME", blocked);
    const other = await failureOf(loadFashionMnist({ files, mirrors: [url] }));
    expect(other.code).toBe("fashion-mnist-unavailable");
    expect(other.cause).toMatchObject({ code: "cache-unwritable" });
  });

  it.skipIf(process.platform === "win32" || process.getuid?.() === 0)("for lack of permission", async () => {
    const { url } = await mirror();
    const { cacheDir, load } = await loader(url);
    await mkdir(join(cacheDir, "fashion-mnist"));
    await chmod(join(cacheDir, "fashion-mnist"), 0o500);
    expect((await failureOf(load())).code).toBe("cache-unwritable");
  });
});

describe("several at once", () => {
  it("do not disturb each other", async () => {
    const { url } = await mirror();
    const flaky = await mirror({ cutAfter: 30_000 });
    const { cacheDir, load } = await loader(flaky.url, url);
    const onWarning = vi.fn();
    const loaded = await Promise.all(Array.from({ length: 4 }, () => load({ onWarning })));
    for (const { train } of loaded) expect(train.count).toBe(TRAIN);
    expect(onWarning).not.toHaveBeenCalled();
    expect((await inCache(cacheDir)).finished).toEqual(all);
    expect((await load({ offline: true })).train.count).toBe(TRAIN);
  });

  it("go on when another one finishes first and clears the parts away", async () => {
    const slow = await mirror({ stallAfter: 100_000 });
    const quick = await mirror();
    const { cacheDir, load } = await loader();
    let finish = () => {};
    const half = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = load({
      mirrors: [slow.url, quick.url],
      stallTimeout: 500,
      onProgress: ({ received }) => {
        if (received > 90_000) finish();
      },
    });
    await half;
    expect((await inCache(cacheDir)).finished).not.toContain(BIG);
    await load({ mirrors: [quick.url] });
    expect((await first).train.count).toBe(TRAIN);
    expect(await inCache(cacheDir)).toEqual({ finished: all, parts: [], others: [] });
  });
});

describe("proxies", () => {
  /** A proxy that forwards plain requests to `mirrorUrl`, whatever host was asked for, and refuses tunnels. */
  async function proxy(mirrorUrl: string) {
    const seen: string[] = [];
    const server = await serve((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      const { pathname } = new URL(request.url ?? "");
      const onward = httpRequest(new URL(pathname, mirrorUrl), { headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    server.on("connect", (request, socket) => {
      seen.push(`CONNECT ${request.url}`);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    return { url: addressOf(server), seen };
  }

  it("carry plain requests (HTTP_PROXY) without a tunnel", async () => {
    const { url } = await mirror();
    const through = await proxy(url);
    vi.stubEnv("HTTP_PROXY", through.url);
    const dataset = await (await loader("http://mirror.invalid/files/")).load();
    expect(dataset.train.count).toBe(TRAIN);
    expect(through.seen).toContain(`GET http://mirror.invalid/files/${BIG}`);
  });

  it("are asked for a tunnel for https (HTTPS_PROXY)", async () => {
    const { url } = await mirror();
    const through = await proxy(url);
    vi.stubEnv("HTTPS_PROXY", through.url);
    const error = await failureOf((await loader("https://mirror.invalid/files/")).load());
    expect(error.code).toBe("fashion-mnist-unavailable");
    expect(through.seen).toContain("CONNECT mirror.invalid:443");
  });

  it("are left alone for hosts in NO_PROXY", async () => {
    const { url } = await mirror();
    const through = await proxy(url);
    vi.stubEnv("HTTP_PROXY", through.url);
    vi.stubEnv("NO_PROXY", "127.0.0.1");
    await (await loader(url)).load();
    expect(through.seen).toEqual([]);
  });
});

describe("aborting", () => {
  it("works before, and with nothing left behind", async () => {
    const { url, requests } = await mirror();
    const { cacheDir, load } = await loader(url);
    const reason = new Error("enough");
    await expect(load({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(requests).toEqual([]);
    expect((await inCache(cacheDir)).finished).toEqual([]);
  });

  it("works while nobody answers, and is not taken for a missing network", async () => {
    const silent = await serve(() => {});
    const { cacheDir } = await loader();
    const mirrors = [addressOf(silent)];
    const work = loadFashionMnistOrGarments({ files, cacheDir, mirrors, signal: AbortSignal.timeout(100) });
    await expect(work).rejects.toMatchObject({ name: "TimeoutError" });
  });
});
