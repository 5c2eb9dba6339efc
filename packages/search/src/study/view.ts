// What one trial sees of the study, cut by the window, without copying records.
import { type Distribution, type SearchSpace, sameDistribution } from "../core/distributions.js";
import type { StudyView } from "../core/study-view.js";
import type { Direction, TrialRecord } from "../core/trial-record.js";
import type { StudyState } from "./state.js";

/** The parameters that all of some trials had, with equal distributions; trials are added one at a time. */
class Intersection {
  #space: ReadonlyMap<string, Distribution> | null = null;
  #sorted: SearchSpace = {};

  /** Trials that failed say nothing about the space: they may have stopped anywhere. */
  add(trial: TrialRecord): void {
    if (trial.state !== "complete" && trial.state !== "pruned") return;
    const { distributions } = trial;
    if (this.#space === null) {
      this.#keep(new Map(Object.entries(distributions)));
      return;
    }
    const kept = [...this.#space].filter(
      ([name, it]) => Object.hasOwn(distributions, name) && sameDistribution(distributions[name]!, it),
    );
    if (kept.length < this.#space.size) this.#keep(new Map(kept));
  }

  /** By name: the order must not depend on which trial came first. The same object until it changes. */
  get space(): SearchSpace {
    return this.#sorted;
  }

  #keep(space: ReadonlyMap<string, Distribution>): void {
    this.#space = space;
    this.#sorted = Object.fromEntries([...space].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The intersections of a study, kept up to date instead of computed again for every trial. */
class StudySpaces {
  readonly #state: StudyState;
  readonly #all = new Intersection();
  #counted = 0;
  readonly #prefix = new Intersection();
  /** Where the intersection over the first trials changed: it holds from `length` trials on. */
  readonly #changes: { length: number; space: SearchSpace }[] = [{ length: 0, space: {} }];
  #length = 0;

  constructor(state: StudyState) {
    this.#state = state;
  }

  ofEnded(): SearchSpace {
    const { ended, entries } = this.#state;
    for (; this.#counted < ended.length; this.#counted++) this.#all.add(entries[ended[this.#counted]!]!.record);
    return this.#all.space;
  }

  /** Over the first `length` trials, all of which have ended. */
  ofFirst(length: number): SearchSpace {
    for (; this.#length < length; this.#length++) {
      this.#prefix.add(this.#state.entries[this.#length]!.record);
      if (this.#prefix.space !== this.#changes.at(-1)!.space) {
        this.#changes.push({ length: this.#length + 1, space: this.#prefix.space });
      }
    }
    return this.#changes.findLast((change) => change.length <= length)!.space;
  }
}

const spacesOf = new WeakMap<StudyState, StudySpaces>();

/** The study as the trial of a number sees it at this moment: to be used at once, not kept. */
export class TrialView implements StudyView {
  readonly #state: StudyState;
  readonly #number: number;
  #trials: readonly TrialRecord[] | null = null;

  constructor(state: StudyState, number: number) {
    this.#state = state;
    this.#number = number;
  }

  get directions(): readonly Direction[] {
    return this.#state.header.directions;
  }

  get seed(): number {
    return this.#state.header.seed;
  }

  get trials(): readonly TrialRecord[] {
    this.#trials ??= this.#wholeTrials === null ? this.#known() : this.#windowed(this.#wholeTrials);
    return this.#trials;
  }

  get intersection(): SearchSpace {
    let spaces = spacesOf.get(this.#state);
    if (spaces === undefined) spacesOf.set(this.#state, (spaces = new StudySpaces(this.#state)));
    const whole = this.#wholeTrials;
    return whole === null ? spaces.ofEnded() : spaces.ofFirst(whole);
  }

  /** How many trials, from the first on, are seen with their results; null without a window. */
  get #wholeTrials(): number | null {
    const { window } = this.#state.header;
    return window === null ? null : Math.max(0, this.#number - window + 1);
  }

  #known(): readonly TrialRecord[] {
    const { trials, firstWaiting } = this.#state;
    // Copied in one piece: this is done for every report of every trial.
    const known = trials.slice();
    known.splice(this.#number, 1);
    return firstWaiting === null ? known : known.filter((trial) => trial.state !== "waiting");
  }

  #windowed(whole: number): TrialRecord[] {
    const { trials, entries } = this.#state;
    const seen = trials.slice(0, this.#number);
    for (let number = whole; number < this.#number; number++) seen[number] = entries[number]!.plannedRecord;
    return seen;
  }
}

/**
 * The parameters that all completed and pruned trials have in common, with equal distributions, by name.
 *
 * Parameters of one branch of a conditional space and ranges that changed are not among them. Takes no longer with the length of the study
 * (for the views that samplers are given).
 */
export function intersectionSearchSpace(study: StudyView): SearchSpace {
  if (study instanceof TrialView) return study.intersection;
  const intersection = new Intersection();
  for (const trial of study.trials) intersection.add(trial);
  return intersection.space;
}
