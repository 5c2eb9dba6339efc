// K-fold splits repeated with new orders.
import { KFold } from "./k-fold.js";
import { checkCount } from "./problem.js";
import { generatorOf, type RandomSource } from "./random.js";
import type { Samples } from "./samples.js";
import { type Fold, Splitter } from "./splitter.js";
import { StratifiedKFold, type StratifiedKFoldOptions } from "./stratified.js";

/** Options of the repeated splitters. */
export interface RepeatedOptions extends RandomSource {
  /** Folds a pass. Default: 5. */
  readonly nSplits?: number;
  /** How many passes, each in an order of its own. Default: 10. */
  readonly nRepeats?: number;
}

/**
 * Shuffled k-fold, several times over. As scikit-learn's `RepeatedKFold`.
 *
 * @example
 * new torch.selection.RepeatedKFold({ nSplits: 5, nRepeats: 10, seed: 0 });
 */
export class RepeatedKFold extends Splitter {
  readonly nSplits: number;
  readonly nRepeats: number;

  constructor(readonly options: RepeatedOptions = {}) {
    super();
    const { nSplits = 5, nRepeats = 10 } = options;
    checkCount("RepeatedKFold", "nSplits", nSplits, 2);
    checkCount("RepeatedKFold", "nRepeats", nRepeats, 1);
    this.nSplits = nSplits;
    this.nRepeats = nRepeats;
  }

  override getNSplits(): number {
    return this.nSplits * this.nRepeats;
  }

  override foldsPerPass(): number {
    return this.nSplits;
  }

  protected override folds(n: number): IterableIterator<Fold> {
    const generator = generatorOf("RepeatedKFold", this.options);
    const pass = new KFold(this.nSplits, { shuffle: true, generator });
    return repeat(this.nRepeats, () => pass.split(n));
  }
}

/** Shuffled stratified k-fold, several times over. As scikit-learn's `RepeatedStratifiedKFold`. */
export class RepeatedStratifiedKFold extends Splitter {
  readonly nSplits: number;
  readonly nRepeats: number;

  constructor(readonly options: RepeatedOptions & Pick<StratifiedKFoldOptions, "onWarning"> = {}) {
    super();
    const { nSplits = 5, nRepeats = 10 } = options;
    checkCount("RepeatedStratifiedKFold", "nSplits", nSplits, 2);
    checkCount("RepeatedStratifiedKFold", "nRepeats", nRepeats, 1);
    this.nSplits = nSplits;
    this.nRepeats = nRepeats;
  }

  override getNSplits(): number {
    return this.nSplits * this.nRepeats;
  }

  override foldsPerPass(): number {
    return this.nSplits;
  }

  protected override folds(n: number, y: Samples | null): IterableIterator<Fold> {
    const generator = generatorOf("RepeatedStratifiedKFold", this.options);
    const { onWarning } = this.options;
    const pass = new StratifiedKFold(this.nSplits, { shuffle: true, generator, onWarning });
    return repeat(this.nRepeats, () => pass.split(n, y));
  }
}

/** One pass after another; the first is made at once, so that what cannot be split is refused at once. */
function repeat(times: number, pass: () => IterableIterator<Fold>): IterableIterator<Fold> {
  const first = pass();
  function* all(): IterableIterator<Fold> {
    yield* first;
    for (let i = 1; i < times; i++) yield* pass();
  }
  return all();
}
