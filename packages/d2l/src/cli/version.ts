// The version of this package.
import { existsSync, readFileSync } from "node:fs";

/** As package.json has it; the bundle and the sources lie at different depths below it. */
export function packageVersion(): string {
  for (let folder = new URL(".", import.meta.url); ; folder = new URL("..", folder)) {
    const file = new URL("package.json", folder);
    if (existsSync(file)) {
      const { name, version } = JSON.parse(readFileSync(file, "utf8")) as { name?: string; version?: string };
      if (name === "@torchlet/d2l" && version !== undefined) return version;
    }
    if (folder.pathname === "/" || new URL("..", folder).href === folder.href) return "unknown";
  }
}
