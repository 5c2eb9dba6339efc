// A redis-server of the tests' own: a free port, a temporary folder, no configuration of the machine's.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why the tests of Redis cannot run here; null where they can. */
export const noRedis: string | null =
  spawnSync("redis-server", ["--version"]).status === 0 ? null : "redis-server is not installed";

/** A server that may be stopped and started again, with the same port and folder. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  /** SIGKILL: nothing is said, nothing is saved on the way. */
  kill(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
}

/** @param settings further arguments of redis-server */
export async function startServer(settings: readonly string[] = []): Promise<TestServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "torchlet-redis-"));
  let child: ChildProcess | null = null;

  async function start(): Promise<void> {
    child = spawn(
      "redis-server",
      [
        "--port",
        String(port),
        "--bind",
        "127.0.0.1",
        "--dir",
        folder,
        "--save",
        "",
        "--appendonly",
        "yes",
        ...settings,
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    child.stdout!.setEncoding("utf8");
    let said = "";
    for await (const text of child.stdout!) {
      said += text;
      if (said.includes("Ready to accept connections")) break;
    }
    if (!said.includes("Ready to accept connections")) throw new Error(`redis-server did not start: ${said}`);
  }

  async function kill(): Promise<void> {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    kill,
    async remove() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
