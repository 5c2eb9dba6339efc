// One HTTP request for the rest of a file, which cannot hang: through the user's proxy, with limits on every wait.

import type { Localized } from "torchlet";
import type { Dispatcher } from "undici";

/** Limits on waiting, in milliseconds. */
export interface Patience {
  /** For a connection. Default 10 seconds. */
  connectTimeout?: number;
  /** For an answer to begin, and for every next kilobyte of it. Default 30 seconds. */
  stallTimeout?: number;
}

/** A mirror did not deliver; another one may. */
export class MirrorError extends Error {
  readonly reason: Localized;

  constructor(reason: Localized, cause?: unknown) {
    super(reason.en, { cause });
    this.name = "MirrorError";
    this.reason = reason;
  }
}

/** The answer to a request, body still to come. */
export interface Answer {
  readonly status: number;
  readonly type: string;
  /** The announced length of the body in bytes, or null. */
  readonly length: number | null;
  /** The place of the body in the file: first byte, and the file's length where the server knows it. */
  readonly range: { readonly start: number; readonly total: number | null } | null;
  readonly body: AsyncIterable<Uint8Array>;
}

/** What a failed connection is called: the system's code where there is one, because users search for it. */
function reasonOf(error: unknown): Localized {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const text = error instanceof Error && error.message !== "" ? error.message : String(error);
  const both = code === "" || text.includes(code) ? text : `${code}: ${text}`;
  return { en: both, zh: both };
}

function oneHeader(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

/** Sends requests; `close` ends its connections, so that they do not keep the process alive. */
export class HttpClient {
  private readonly agent: Dispatcher;
  private readonly dispatcher: Dispatcher;
  private readonly request: typeof import("undici").request;
  private readonly stallTimeout: number;

  private constructor(undici: typeof import("undici"), { connectTimeout = 10_000, stallTimeout = 30_000 }: Patience) {
    const connect = { timeout: connectTimeout };
    // HTTP_PROXY, HTTPS_PROXY and NO_PROXY. Without the tunnel for plain http, because many proxies refuse CONNECT to port 80.
    this.agent = new undici.EnvHttpProxyAgent({ connect, proxyTls: connect, proxyTunnel: false });
    this.dispatcher = this.agent.compose(undici.interceptors.redirect({ maxRedirections: 5 }));
    this.request = undici.request;
    this.stallTimeout = stallTimeout;
  }

  /**
   * @throws MirrorError if the environment names a proxy that cannot be one
   */
  static async create(patience: Patience): Promise<HttpClient> {
    // Loading undici costs some tens of milliseconds: only those who download pay.
    const undici = await import("undici");
    try {
      return new HttpClient(undici, patience);
    } catch (error) {
      const { en } = reasonOf(error);
      throw new MirrorError({ en: `wrong proxy setting: ${en}`, zh: `代理设置有误：${en}` }, error);
    }
  }

  /**
   * Asks for a file from byte `from` on and gives the answer to `use`; whatever happens, the request is over afterwards.
   *
   * @throws MirrorError for everything that the network did; the signal's reason if it was aborted; what `use` throws
   */
  async get<T>(
    url: string,
    from: number,
    signal: AbortSignal | undefined,
    use: (answer: Answer) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const stop = new AbortController();
    const abort = () => stop.abort(signal?.reason);
    signal?.addEventListener("abort", abort);
    const seconds = this.stallTimeout / 1000;
    const stalled = new MirrorError({
      en: `no data for ${seconds} seconds`,
      zh: `${seconds} 秒内没有收到数据`,
    });
    const watchdog = setTimeout(() => stop.abort(stalled), this.stallTimeout);
    try {
      const { statusCode, headers, body } = await this.network(
        () =>
          this.request(url, {
            dispatcher: this.dispatcher,
            signal: stop.signal,
            // A server that compresses a second time would change the bytes.
            headers: { "accept-encoding": "identity", ...(from > 0 ? { range: `bytes=${from}-` } : {}) },
          }),
        stop.signal,
      );
      // An answer that nobody reads to the end must not end the process when the connection is cut.
      body.on("error", () => {});
      const length = oneHeader(headers["content-length"]);
      const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(oneHeader(headers["content-range"]));
      return await use({
        status: statusCode,
        type: oneHeader(headers["content-type"]),
        length: length === "" ? null : Number(length),
        range: range === null ? null : { start: Number(range[1]), total: range[2] === "*" ? null : Number(range[2]) },
        body: this.watch(body, stop.signal, () => watchdog.refresh()),
      });
    } finally {
      clearTimeout(watchdog);
      signal?.removeEventListener("abort", abort);
      stop.abort();
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy().catch(() => {});
  }

  /** The chunks of a body; `fed` is called for every kilobyte, so that a trickle counts as a stall. */
  private async *watch(body: AsyncIterable<Uint8Array>, stopped: AbortSignal, fed: () => void) {
    const iterator = body[Symbol.asyncIterator]();
    let unfed = 0;
    for (;;) {
      const { done, value } = await this.network(() => iterator.next(), stopped);
      if (done) return;
      unfed += value.length;
      if (unfed >= 1024) {
        unfed = 0;
        fed();
      }
      yield value;
    }
  }

  /** Waits for the network and gives its failures one type. */
  private async network<T>(work: () => Promise<T>, stopped: AbortSignal): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (stopped.aborted) throw stopped.reason;
      throw new MirrorError(reasonOf(error), error);
    }
  }
}
