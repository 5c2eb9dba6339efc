// The log on Redis: whole batches, once, in order; over lost connections, restarts and lost data.
import { connect, createServer, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { eventsToJson } from "../../src/core/event-json.js";
import type { StudyEvent } from "../../src/core/events.js";
import { decodeEvents } from "../../src/redis/encoding.js";
import { maskedUrl, RedisLog, type RedisStatus } from "../../src/redis/index.js";
import { noRedis, startServer, type TestServer } from "./server.js";

const report = (step: number, value = step): StudyEvent => ({ type: "reported", claim: "c", step, value });
const steps = (events: readonly StudyEvent[]) => events.map((event) => (event.type === "reported" ? event.step : -1));

describe("events as text", () => {
  it("keeps what JSON does not know, and strings that look like it", () => {
    const events: StudyEvent[] = [
      { type: "finished", claim: "c", state: "complete", values: [Number.NaN, 1 / 0, -1 / 0, -0, 0.1], at: 1 },
      { type: "attribute", key: "\u0000NaN", value: ["NaN", { $number: "NaN" }, { a: Number.NaN }] },
    ];
    expect(decodeEvents(eventsToJson(events), "test")).toEqual(events);
    const [finished] = decodeEvents(eventsToJson(events), "test");
    expect(finished?.type === "finished" && Object.is(finished.values?.[3], -0)).toBe(true);
  });

  it("refuses what is none", () => {
    expect(() => decodeEvents("{", "test")).toThrow(/not a list of events/);
    expect(() => decodeEvents('[{"kind":1}]', "test")).toThrow(/not a list of events/);
  });

  it("masks the password of a URL", () => {
    expect(maskedUrl("rediss://user:secret@host:6379/1")).toBe("rediss://***@host:6379/1");
  });
});

describe.skipIf(noRedis !== null)(`the log on Redis${noRedis === null ? "" : ` (${noRedis})`}`, () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.remove());

  const open = (study: string, url = server.url, onStatus?: (status: RedisStatus) => void) =>
    RedisLog.open({ url, study, onStatus, connectTimeout: 5 });

  it("brings what was appended, own and others', once and in order", async () => {
    const [a, b] = [await open("shared"), await open("shared")];
    expect(await a.read()).toEqual([]);
    await a.append([report(0), report(1)]);
    await b.append([report(2)]);
    expect(steps(await a.read())).toEqual([0, 1, 2]);
    await a.append([report(3)]);
    expect(steps(await b.read())).toEqual([0, 1, 2, 3]);
    expect(await b.read()).toEqual([]);
    expect(steps(await a.read())).toEqual([3]);
    await a.close();
    await b.close();
  });

  it("never splits a batch, whoever appends at the same time", async () => {
    const logs = await Promise.all([0, 1, 2].map(() => open("batches")));
    await Promise.all(
      logs.map(async (log, writer) => {
        const appended = Array.from({ length: 40 }, (_, i) =>
          log.append([0, 1, 2].map((part) => report(1000 * writer + 10 * i + part))),
        );
        await Promise.all(appended);
      }),
    );
    const found = steps(await logs[0]!.read());
    expect(found.length).toBe(360);
    for (let i = 0; i < found.length; i += 3)
      expect(found.slice(i, i + 3)).toEqual([0, 1, 2].map((p) => found[i]! + p));
    for (const writer of [0, 1, 2]) {
      const own = found.filter((step) => Math.floor(step / 1000) === writer);
      expect(own).toEqual([...own].sort((x, y) => x - y));
    }
    await Promise.all(logs.map((log) => log.close()));
  });

  it("reads more than one answer holds", async () => {
    const [a, b] = [await open("long"), await open("long")];
    await Promise.all(Array.from({ length: 2500 }, (_, i) => a.append([report(i)])));
    expect(steps(await b.read())).toEqual(Array.from({ length: 2500 }, (_, i) => i));
    await a.close();
    await b.close();
  });

  it("wait ends with the first new event, or with the time", async () => {
    const [a, b] = [await open("wait"), await open("wait")];
    await a.wait(30);
    let woken = false;
    const waiting = a.wait(60_000).then(() => (woken = true));
    expect(woken).toBe(false);
    await b.append([report(0)]);
    await waiting;
    expect(steps(await a.read())).toEqual([0]);
    await a.close();
    await b.close();
  });

  it("appends once a batch whose answer was lost with the connection", async () => {
    const proxy = await cuttingProxy(server.port);
    const log = await open("cut", proxy.url);
    for (let i = 0; i < 20; i++) {
      // The request goes through, the answer does not.
      if (i % 4 === 3) proxy.dropNextAnswer();
      await log.append([report(i)]);
    }
    expect(proxy.cuts).toBe(5);
    expect(steps(await log.read())).toEqual(Array.from({ length: 20 }, (_, i) => i));
    await log.close();
    await proxy.close();
  });

  it("waits for a Redis that was killed, says so, and sends in order what was appended meanwhile", async () => {
    const own = await startServer();
    onTestFinished(own.remove);
    const said: string[] = [];
    const log = await open("restart", own.url, (status) => said.push(status.state));
    await log.append([report(0)]);
    await own.kill();
    const meanwhile = [1, 2, 3].map((step) => log.append([report(step)]));
    let kept = 0;
    for (const append of meanwhile) void append.then(() => kept++);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(kept).toBe(0);
    await own.start();
    await Promise.all(meanwhile);
    expect(steps(await log.read())).toEqual([0, 1, 2, 3]);
    expect(said).toEqual(["lost", "restored"]);
    await log.close();
  });

  it("notices that Redis came back without what it had kept", async () => {
    const own = await startServer(["--appendonly", "no"]);
    onTestFinished(own.remove);
    const [writer, reader] = [await open("forgetful", own.url), await open("forgetful", own.url)];
    await writer.append([report(0)]);
    await reader.read();
    await own.kill();
    await own.start();
    await expect(writer.append([report(1)])).rejects.toMatchObject({ code: "redis-lost" });
    await expect(reader.read()).rejects.toMatchObject({ code: "redis-lost" });
    await writer.close();
    await reader.close();
  });

  it("passes on Redis's refusal to keep something, and keeps nothing then", async () => {
    const own = await startServer(["--maxmemory", "3mb", "--maxmemory-policy", "noeviction"]);
    onTestFinished(own.remove);
    const log = await open("full", own.url);
    await log.append([report(0)]);
    const big: StudyEvent = { type: "attribute", key: "big", value: "x".repeat(4_000_000) };
    await expect(log.append([big, report(1)]).then(() => log.append([report(2)]))).rejects.toMatchObject({
      code: "redis-error",
    });
    await log.close();
  });

  it("refuses at once a wrong password, and after the time where nobody answers", async () => {
    const own = await startServer(["--requirepass", "right"]);
    onTestFinished(own.remove);
    const url = (password: string) => own.url.replace("redis://", `redis://:${password}@`);
    await expect(open("secret", url("wrong"))).rejects.toMatchObject({ code: "redis-refused" });
    await expect(open("secret", own.url)).rejects.toThrow(/refuses the user or the password/);
    const log = await open("secret", url("right"));
    await log.close();
    await own.kill();
    await expect(RedisLog.open({ url: url("right"), study: "secret", connectTimeout: 0.5 })).rejects.toThrow(
      /^redis:\/\/\*\*\*@127.*no Redis answers within 0.5 s.*ECONNREFUSED/,
    );
  });

  it("refuses URLs and names that are none", async () => {
    await expect(open("a b")).rejects.toMatchObject({ code: "study-name" });
    await expect(open("study", "http://host")).rejects.toMatchObject({ code: "redis-url" });
    await expect(open("study", "localhost")).rejects.toMatchObject({ code: "redis-url" });
  });
});

/** A proxy before Redis that can swallow one answer and cut the connection. */
async function cuttingProxy(port: number) {
  let drop = false;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const redis = connect(port, "127.0.0.1");
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        redis.destroy();
      });
    }
    client.pipe(redis);
    redis.on("data", (data) => {
      if (!drop) return client.write(data);
      drop = false;
      cuts++;
      return client.destroy();
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address() as { port: number };
  return {
    url: `redis://127.0.0.1:${address.port}`,
    dropNextAnswer: () => {
      drop = true;
    },
    get cuts() {
      return cuts;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
