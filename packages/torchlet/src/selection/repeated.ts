// K-fold splits repeated with new orders.
import type { Generator } from "../ops/random.js";
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

/** What both have in common: as many passes as told, each in an order of its own. */
abstract class Repeated<O extends RepeatedOptions> extends Splitter {
  readonly nSplits: number;
  readonly nRepeats: number;

  constructor(readonly options: O) {
    super();
    const { nSplits = 5, nRepeats = 10 } = options;
    checkCount(this.constructor.name, "nSplits", nSplits, 2);
    checkCount(this.constructor.name, "nRepeats", nRepeats, 1);
    this.nSplits = nSplits;
    this.nRepeats = nRepeats;
  }

  override getNSplits(): number {
    return this.nSplits * this.nRepeats;
  }

  override foldsPerPass(): number {
    return this.nSplits;
  }

  /** The splitter of every pass, which draws a new order each time that it splits. */
  protected abstract pass(generator: Generator): Splitter;

  protected override folds(n: number, y: Samples | null): IterableIterator<Fold> {
    const pass = this.pass(generatorOf(this.constructor.name, this.options));
    return repeat(this.nRepeats, () => pass.split(n, y));
  }
}

/**
 * Shuffled k-fold, several times over. As scikit-learn's `RepeatedKFold`.
 *
 * @example
 * new torch.selection.RepeatedKFold({ nSplits: 5, nRepeats: 10, seed: 0 });
 */
export class RepeatedKFold extends Repeated<RepeatedOptions> {
  constructor(options: RepeatedOptions = {}) {
    super(options);
  }

  protected override pass(generator: Generator): Splitter {
    return new KFold(this.nSplits, { shuffle: true, generator });
  }
}

/** Options of `RepeatedStratifiedKFold`. */
export type RepeatedStratifiedOptions = RepeatedOptions & Pick<StratifiedKFoldOptions, "onWarning">;

/** Shuffled stratified k-fold, several times over. As scikit-learn's `RepeatedStratifiedKFold`. */
export class RepeatedStratifiedKFold extends Repeated<RepeatedStratifiedOptions> {
  constructor(options: RepeatedStratifiedOptions = {}) {
    super(options);
  }

  protected override pass(generator: Generator): Splitter {
    return new StratifiedKFold(this.nSplits, { shuffle: true, generator, onWarning: this.options.onWarning });
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
