// What is on this machine: the data set, a Python with PyTorch, the libraries to compare with, the machine itself.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const benchFolder = fileURLToPath(new URL("..", import.meta.url));
const root = resolve(benchFolder, "..");

/** The folder with Fashion-MNIST: given, from the environment, or beside the project; null where there is none. */
export function findData(given) {
  const folders = [given, process.env.TORCHLET_DATA, resolve(root, "../shared/data")].filter(Boolean);
  const found = folders
    .flatMap((folder) => [folder, `${folder}/fashion-mnist`])
    .find((folder) => existsSync(`${folder}/train-images-idx3-ubyte.gz`));
  if (found === undefined && given !== undefined) throw new Error(`Fashion-MNIST is not in ${given}`);
  return found === undefined ? null : resolve(found);
}

/** A Python that has PyTorch, with their version; null where there is none. */
export function findPython(given) {
  for (const python of [given, process.env.TORCHLET_PYTHON, "python3", "python"].filter(Boolean)) {
    const { status, stdout } = spawnSync(python, ["-c", "import torch; print(torch.__version__)"], {
      encoding: "utf8",
    });
    if (status === 0) return { python, version: stdout.trim() };
    if (python === given) throw new Error(`${given} has no PyTorch`);
  }
  return null;
}

/** The version of a library in bench/peers, or null where it is not installed. */
export function peerVersion(name) {
  try {
    return JSON.parse(readFileSync(`${benchFolder}/peers/node_modules/${name}/package.json`, "utf8")).version;
  } catch {
    return null;
  }
}

/** Installs the libraries to compare with, as their lockfile says; their install scripts are not needed. */
export function installPeers() {
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: `${benchFolder}/peers`,
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error("bench/peers could not be installed");
}

/** The machine and the source, as far as a reader needs them to repeat the run. */
export function describeMachine() {
  const git = (...args) => spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout?.trim() || null;
  return {
    node: process.version,
    v8: process.versions.v8,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    commit: git("rev-parse", "--short", "HEAD"),
    clean: git("status", "--porcelain", "--untracked-files=no") === null,
  };
}
