// `torchlet study list`: the studies in a folder.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { localize, TorchletError } from "torchlet";
import { bestOf } from "../../report/study/study-records.js";
import { displayWidth, pad } from "../../report/terminal/display-width.js";
import { formatNumber } from "../../report/text/numbers.js";
import type { Output } from "../output.js";
import { openForReading } from "../search/study-file.js";
import { UsageError } from "../usage-error.js";

/** So deep are folders looked into: runs lie one below `runs`. */
const depth = 2;

interface Found {
  readonly path: string;
  readonly name: string;
  readonly trials: number;
  readonly ended: number;
  readonly best: number | null;
}

/** One line a study: its file, its name, its trials, its best value. Files that are no studies are passed over. */
export async function listStudies(folder: string, json: boolean, out: Output): Promise<void> {
  const found: Found[] = [];
  for (const path of journalsBelow(folder, depth)) {
    const study = await openForReading(path).catch((error: unknown) => {
      if (error instanceof TorchletError) return undefined;
      throw error;
    });
    if (study === undefined) continue;
    const { trials, name, directions } = study;
    found.push({
      path,
      name,
      trials: trials.length,
      ended: trials.filter(({ finishedAt }) => finishedAt !== null).length,
      best: directions.length > 1 ? null : (bestOf({ trials, directions })?.value ?? null),
    });
    await study.close();
  }
  if (json) {
    out.write(`${JSON.stringify(found, null, 2)}\n`);
    return;
  }
  const width = Math.max(0, ...found.map(({ path }) => displayWidth(path)));
  for (const { path, name, trials, ended, best } of found) {
    const count = localize({ en: `${ended} of ${trials} trials ended`, zh: `${trials} 次试验中 ${ended} 次已结束` });
    const value = best === null ? "" : `  ${localize({ en: "best", zh: "最佳" })} ${formatNumber(best)}`;
    out.write(`${pad(path, width)}  ${name}  ${count}${value}\n`);
  }
}

function journalsBelow(folder: string, levels: number): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return levels > 1 ? journalsBelow(path, levels - 1) : [];
        return entry.isFile() && entry.name.endsWith(".jsonl") && entry.name !== "metrics.jsonl" ? [path] : [];
      });
  } catch (error) {
    if (levels < depth) return [];
    throw new UsageError("folder-unreadable", {
      path: folder,
      rule: { en: "the folder cannot be read", zh: "无法读取该目录" },
      cause: error,
    });
  }
}
