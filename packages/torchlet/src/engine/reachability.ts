// Asking JavaScript's garbage collector which objects are still reachable: at once, in the middle of a synchronous loop.
//
// Finalizers and weak references speak only between two turns of the event loop. Node has another way: a collection of
// the young generation (a tenth of a millisecond) removes what died from a WeakSet, and `util.inspect` lists the members
// of one. Where any part of this is missing (browsers, Deno, Bun), or does not do what a trial expects of it, there is no
// answer, and storages move out instead (storage.ts).

/**
 * The members of a list that something else still holds. The list itself must not hold them: it is emptied.
 *
 * Null means that there was no answer: nothing is known about any of them.
 */
type Survivors = <T extends object>(objects: T[], full: boolean) => T[] | null;

/** V8's own function: with an argument it collects the young generation, without one everything. */
type CollectGarbage = (options?: { readonly type: "minor" }) => void;

const LISTED = Symbol.for("nodejs.util.inspect.custom");

/** Where members report themselves while a set is listed. */
let listing: object[] | null = null;

/** Makes objects of a class report themselves when a set of them is listed; printed otherwise, they look as before. */
export function makeListable(prototype: object): void {
  Object.defineProperty(prototype, LISTED, {
    value(this: object) {
      if (listing === null) return this;
      listing.push(this);
      return "";
    },
  });
}

/** Always among the members, so that a listing that is not complete shows. */
class Witness {}
makeListable(Witness.prototype);
const witnesses = [new Witness(), new Witness(), new Witness()];

function findCollector(): CollectGarbage {
  const given = (globalThis as { gc?: CollectGarbage }).gc;
  if (typeof given === "function") return given;
  const v8 = process.getBuiltinModule("node:v8");
  v8.setFlagsFromString("--expose-gc");
  try {
    // The flag counts for contexts that are made from now on.
    return process.getBuiltinModule("node:vm").runInNewContext("gc") as CollectGarbage;
  } finally {
    v8.setFlagsFromString("--no-expose-gc");
  }
}

function makeSurvivors(): Survivors {
  const collect = findCollector();
  const { inspect } = process.getBuiltinModule("node:util");
  const options = { showHidden: true, customInspect: true, maxArrayLength: null, depth: 0, sorted: false };
  return <T extends object>(objects: T[], full: boolean) => {
    const set = new WeakSet<object>(objects);
    for (const witness of witnesses) set.add(witness);
    (objects as unknown[]).fill(null);
    objects.length = 0;
    if (full) collect();
    else collect({ type: "minor" });
    const found: object[] = [];
    listing = found;
    try {
      inspect(set, options);
    } finally {
      listing = null;
    }
    const members = found.filter((member) => !(member instanceof Witness));
    if (found.length - members.length === witnesses.length) return members as T[];
    survivors = null;
    return null;
  };
}

/** Members of a trial: more than `inspect` would list by itself. */
const TRIAL = 150;
class Trial {}
makeListable(Trial.prototype);

function trialMembers(held: Trial[]): Trial[] {
  return Array.from({ length: 2 * TRIAL }, (_, i) => {
    const member = new Trial();
    if (i % 2 === 0) held.push(member);
    return member;
  });
}

/** Whether all that is held is found, and of what is not held, much is not: a few may linger in registers. */
function isSound(ask: Survivors): boolean {
  for (let attempt = 0; attempt < 3; attempt++) {
    const held: Trial[] = [];
    const found = new Set(ask(trialMembers(held), false));
    if (!held.every((member) => found.has(member))) return false;
    if (found.size < 1.5 * TRIAL) return true;
  }
  return false;
}

let survivors: Survivors | null | undefined;

/** The way to ask, found and tried at the first call; null where this runtime has none. */
export function findSurvivors(): Survivors | null {
  if (survivors !== undefined) return survivors;
  survivors = null;
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") return null;
  try {
    const candidate = makeSurvivors();
    if (isSound(candidate)) survivors = candidate;
  } catch {
    // Another runtime than Node: it moves storages out.
  }
  return survivors;
}

/** For tests: does without. */
export function withoutSurvivors(): void {
  survivors = null;
}
