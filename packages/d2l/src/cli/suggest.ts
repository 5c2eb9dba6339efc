// The name that was probably meant.

/** The known name nearest to what was typed, or `undefined` where none is near. */
export function suggestion(typed: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const name of known) {
    const plain = name.replace(/^-+/, "");
    const wanted = typed.replace(/^-+/, "");
    // Half of a long name typed is as good as a slip of the finger.
    const distance = wanted.length >= 3 && plain.startsWith(wanted) ? 0.5 : editDistance(wanted, plain);
    const tolerance = Math.max(1, Math.floor(Math.max(wanted.length, plain.length) * 0.4));
    if (distance <= tolerance && distance < least) {
      best = name;
      least = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length]!;
}
