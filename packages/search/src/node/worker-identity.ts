// Who a worker is, so that others on the same machine can tell at once that it is gone.
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";

/** What the name of a worker says, in this order, with `/` between. */
interface Identity {
  readonly host: string;
  /** Which installation: survives a restart of the machine. */
  readonly machine: string;
  /** Which start of it; empty where the system does not tell. */
  readonly boot: string;
  /** Which numbering of processes (containers have their own); empty where the system does not tell. */
  readonly space: string;
  readonly pid: number;
  /** When the process began, in the system's own unit: numbers of processes are given again. Empty where the system does not tell. */
  readonly start: string;
}

function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

const digest = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 8);

function machineId(): string {
  const id = attempt(() => readFileSync("/etc/machine-id", "utf8").trim());
  if (id !== "") return digest(id);
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => (list ?? []).filter((it) => !it.internal).map((it) => it.mac))
    .sort();
  return addresses.length === 0 ? "" : digest(addresses.join());
}

interface ProcessState {
  /** One letter; Z and X are dead, though the table still lists them. */
  readonly state: string;
  readonly start: string;
}

/** What Linux says of a process (proc(5)); null where it says nothing. */
function processState(pid: number | "self"): ProcessState | null {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, "latin1"));
  // The name, the second field, stands in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.length < 20 ? null : { state: fields[0]!, start: fields[19]! };
}

let own: Identity | null = null;

function ownIdentity(): Identity {
  own ??= {
    host: hostname().replaceAll("/", "-"),
    machine: machineId(),
    boot: attempt(() => digest(readFileSync("/proc/sys/kernel/random/boot_id", "utf8"))),
    space: attempt(() => readlinkSync("/proc/self/ns/pid").replace(/\D/g, "")),
    pid: process.pid,
    start: processState("self")?.start ?? "",
  };
  return own;
}

/**
 * A name for a worker of this process: no other worker has it, and `lifeOf` understands it.
 *
 * @example
 * workerName() // "box/1b2f0c6d/90aa3c1e/4026531836/4711/1172004/5f0c9a"
 */
export function workerName(): string {
  const { host, machine, boot, space, pid, start } = ownIdentity();
  return [host, machine, boot, space, pid, start, randomBytes(3).toString("hex")].join("/");
}

/** Whether there is a process of that number; permissions do not matter. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** What can be said of a worker. `alive` is its process, whatever it does; `unknown`: only its silence tells. */
export type WorkerLife =
  | { readonly state: "gone"; readonly reason: string }
  | { readonly state: "alive" }
  | { readonly state: "unknown" };

const unknown: WorkerLife = { state: "unknown" };

/**
 * Whether a worker lives, where this machine can know.
 *
 * Other workers of this process are unknown: the process lives, but may have forgotten them.
 *
 * @param worker a name that `workerName` gave, in this process or another
 */
export function lifeOf(worker: string): WorkerLife {
  const parts = worker.split("/");
  if (parts.length !== 7) return unknown;
  const [host, machine, boot, space, pidText, start] = parts as [string, string, string, string, string, string];
  const here = ownIdentity();
  const pid = Number(pidText);
  if (host !== here.host || machine !== here.machine || !(pid > 0)) return unknown;
  if (boot !== here.boot) {
    return boot === "" || machine === "" ? unknown : { state: "gone", reason: "the machine was started anew" };
  }
  if (space !== here.space || (pid === here.pid && start === here.start)) return unknown;
  const found = start === "" ? null : processState(pid);
  if (found !== null && !/[ZX]/.test(found.state) && found.start === start) return { state: "alive" };
  if (found === null && exists(pid)) return unknown;
  return { state: "gone", reason: `process ${pid} is gone` };
}
