// Splits that keep the samples of a group (a patient, a photographer, a house) on one side.
import { checkShuffle, cut, type KFoldOptions } from "./k-fold.js";
import { checkCount } from "./problem.js";
import { generatorOf, shuffled } from "./random.js";
import { countOf, encode, type Labels, type Samples } from "./samples.js";
import { checkEnough, complementFolds, type Fold, GROUPS, partSizes, Splitter, testParts } from "./splitter.js";
import { groupValues } from "./stratified.js";

/**
 * K folds of whole groups: the largest groups are placed first, each into the smallest fold; with `shuffle`, groups in
 * random order are cut into k parts. As scikit-learn's `GroupKFold`.
 *
 * @param nSplits how many folds. Default: 5
 * @throws ValueError without groups, or with fewer groups than folds
 *
 * @example
 * for (const { train, test } of new torch.selection.GroupKFold(5).split(X, y, patients)) ...
 */
export class GroupKFold extends Splitter {
  constructor(
    readonly nSplits = 5,
    readonly options: KFoldOptions = {},
  ) {
    super();
    checkCount("GroupKFold", "nSplits", nSplits, 2);
    checkShuffle("GroupKFold", options);
  }

  override getNSplits(): number {
    return this.nSplits;
  }

  protected override folds(n: number, _y: Samples | null, groups: Labels | null): IterableIterator<Fold> {
    const who = "GroupKFold";
    const k = this.nSplits;
    const { codes, kinds, counts } = encode(groupValues(who, groups, n), "ascending");
    checkEnough(who, k, kinds.length, GROUPS);
    const all = kinds.map((_, g) => g);
    const foldOf: number[] = [];
    if (this.options.shuffle === true) {
      cut(shuffled(all, generatorOf(who, this.options)), partSizes(kinds.length, k)).forEach((part, fold) => {
        for (const g of part) foldOf[g] = fold;
      });
    } else {
      const sizes = new Array<number>(k).fill(0);
      // Of equal groups the last one comes first, as in scikit-learn.
      for (const g of all.sort((a, b) => counts[b]! - counts[a]! || b - a)) {
        const fold = sizes.indexOf(Math.min(...sizes));
        sizes[fold]! += counts[g]!;
        foldOf[g] = fold;
      }
    }
    return complementFolds(
      n,
      testParts(
        codes.map((g) => foldOf[g]!),
        k,
      ),
    );
  }
}

/**
 * Each group is the test part once, in ascending order. As scikit-learn's `LeaveOneGroupOut`.
 *
 * @throws ValueError without groups, or with fewer than 2
 */
export class LeaveOneGroupOut extends Splitter {
  override getNSplits(_X?: Samples | number | null, _y?: Samples | null, groups: Labels | null = null): number {
    const n = groups === null ? 0 : countOf("LeaveOneGroupOut", groups);
    return new Set(groupValues("LeaveOneGroupOut", groups, n)).size;
  }

  protected override folds(n: number, _y: Samples | null, groups: Labels | null): IterableIterator<Fold> {
    const { codes, kinds } = encode(groupValues("LeaveOneGroupOut", groups, n), "ascending");
    checkEnough("LeaveOneGroupOut", 2, kinds.length, GROUPS);
    return complementFolds(n, testParts(codes, kinds.length));
  }
}
