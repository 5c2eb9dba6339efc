// Where the real Fashion-MNIST is, for the tests that need it.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder with the four files, from TORCHLET_DATA or beside the project; null where there is none. */
export function realData(): string | null {
  const beside = fileURLToPath(new URL("../../../../../shared/data", import.meta.url));
  for (const folder of [process.env["TORCHLET_DATA"], beside]) {
    if (folder === undefined || folder === "") continue;
    for (const path of [folder, `${folder}/fashion-mnist`]) {
      if (existsSync(`${path}/train-images-idx3-ubyte.gz`)) return path;
    }
  }
  return null;
}

/** Says why a test is skipped. */
export const WITHOUT_DATA = "skipped without the real Fashion-MNIST (TORCHLET_DATA, or ../shared/data)";
