// Parts of a data set that must not meet: no sample in two of them, and a word about samples that are equal.
import { firstEqual } from "./equal-rows.js";
import { problem } from "./problem.js";
import type { Samples } from "./samples.js";
import { complain, type OnWarning, type Severity } from "./warn.js";

/** A sample of one part that equals a sample of an earlier part. */
export interface Duplicate {
  readonly parts: readonly [string, string];
  readonly indices: readonly [number, number];
}

/** Options of `checkDisjoint`. */
export interface DisjointOptions {
  /** The samples themselves, to find equal ones in different parts. Default: indices alone are compared. */
  readonly data?: Samples | null;
  /** What happens where equal samples are found. Default: "warn". */
  readonly onDuplicates?: Severity;
  readonly onWarning?: OnWarning;
}

/**
 * Makes sure that no sample is in two parts, or twice in one; finds samples that are equal in different parts, by which
 * a model is tested on what it has learned by heart.
 *
 * @param parts indices of samples by the name of the part
 * @returns every sample that equals one of an earlier part (empty without `data`)
 * @throws ValueError where an index is in two parts, or twice in one
 *
 * @example
 * torch.selection.checkDisjoint({ train, validation, test }, { data: X });
 */
export function checkDisjoint(
  parts: { readonly [name: string]: readonly number[] },
  options: DisjointOptions = {},
): Duplicate[] {
  const owner = new Map<number, string>();
  for (const [name, indices] of Object.entries(parts)) {
    for (const i of indices) {
      const other = owner.get(i);
      if (other === undefined) {
        owner.set(i, name);
        continue;
      }
      throw problem(
        "split-overlap",
        "checkDisjoint",
        other === name ? `sample ${i} is twice in ${name}` : `sample ${i} is in ${other} and in ${name}`,
        other === name ? `样本 ${i} 在 ${name} 中出现两次` : `样本 ${i} 同时在 ${other} 与 ${name} 中`,
        { received: i },
      );
    }
  }
  const { data = null, onDuplicates = "warn", onWarning } = options;
  if (data === null || onDuplicates === "allow") return [];
  const duplicates = duplicatesAcross(parts, data);
  if (duplicates.length > 0) {
    const [first] = duplicates;
    const { parts: names, indices } = first!;
    complain(
      onDuplicates,
      problem(
        "split-duplicates",
        "checkDisjoint",
        `${duplicates.length} samples equal one of another part, the first are ${indices[0]} (${names[0]}) and ${indices[1]} (${names[1]})`,
        `有 ${duplicates.length} 个样本与另一部分中的样本相同，首先是 ${indices[0]}（${names[0]}）与 ${indices[1]}（${names[1]}）`,
        {
          received: duplicates,
          hint: {
            en: "remove them, or split by groups of equal samples; an estimate on them is optimistic",
            zh: "请去除重复样本，或按相同样本分组划分；在它们上得到的估计偏乐观",
          },
        },
      ),
      onWarning,
    );
  }
  return duplicates;
}

function duplicatesAcross(parts: { readonly [name: string]: readonly number[] }, data: Samples): Duplicate[] {
  const first = firstEqual(data);
  if (first === null) return [];
  const duplicates: Duplicate[] = [];
  const seen = new Map<number, [string, number]>();
  for (const [name, indices] of Object.entries(parts)) {
    for (const i of indices) {
      const before = seen.get(first[i]!);
      if (before !== undefined && before[0] !== name) {
        duplicates.push({ parts: [before[0], name], indices: [before[1], i] });
      }
    }
    for (const i of indices) if (!seen.has(first[i]!)) seen.set(first[i]!, [name, i]);
  }
  return duplicates;
}
