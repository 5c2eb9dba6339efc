// Several threads on one instruction: which share is ours, and how the others are told to begin.
//
// Every thread runs the same instruction with its own number and computes its own share. Shares are cut where results do
// not depend on the cut, so that one thread and eight give the same bits.

/** Which thread this is, and how many work on the instruction. */
let part: i32 = 0;
let parts: i32 = 1;

export function setShare(index: i32, count: i32): void {
  part = index;
  parts = count;
}

// @ts-ignore: decorator
@inline
export function shareIndex(): i32 {
  return part;
}

// @ts-ignore: decorator
@inline
export function shareCount(): i32 {
  return parts;
}

/** The first of n items, in multiples of `grain`, that belong to this thread; the share ends where the next begins. */
// @ts-ignore: decorator
@inline
export function shareStart(n: i32, grain: i32): i32 {
  const units = (n + grain - 1) / grain;
  return min(n, <i32>(<i64>units * part / parts) * grain);
}

// @ts-ignore: decorator
@inline
export function shareEnd(n: i32, grain: i32): i32 {
  const units = (n + grain - 1) / grain;
  return min(n, <i32>(<i64>units * (part + 1) / parts) * grain);
}

// The control block that all threads see, in 32-bit words.
/** Grows by one for each instruction: what the others wait for. */
const EPOCH: usize = 0;
const INSTRUCTION: usize = 4;
const COUNT: usize = 8;
/** Threads that have finished the instruction. */
const FINISHED: usize = 12;
/** Not 0: the threads shall end. */
const QUIT: usize = 16;
/** Threads that ended with an error. */
const FAILED: usize = 20;
/** Threads that are ready. */
const READY: usize = 24;
/** Threads that sleep and have to be woken. */
const SLEEPING: usize = 28;
/** Threads that have reached the barrier that is being waited at, and how many barriers there were. */
const ARRIVED: usize = 32;
const BARRIERS: usize = 36;
/** Not 0: the first thread was interrupted by an error in the middle of a plan. */
const ABORTED: usize = 40;
/** Threads that sleep at a barrier. */
const RESTING: usize = 44;
/** Not 0: the first thread may sleep (the main thread of a page must not), and whether it does. */
const MAY_SLEEP: usize = 48;
const FIRST_SLEEPS: usize = 52;

/** The control block of this thread's pool. */
let block: usize = 0;

/** Looks at the epoch this often before sleeping: some tens of microseconds. */
const SPINS: i32 = 50000;
/**
 * The same while waiting for threads that are at work. Whoever waits longer sleeps: on a busy machine the thread that is
 * waited for may need this very processor.
 */
const PATIENCE: i32 = 20000;
/** Nanoseconds of a sleep, should a call to wake up be missed. */
const NAP: i64 = 1000000;

/** Waits for the next epoch and returns it. Who is woken without one (Pool.wake) looks out for it again. */
function nextEpoch(control: usize, seen: i32): i32 {
  while (true) {
    for (let i = 0; i < SPINS; ++i) {
      const epoch = atomic.load<i32>(control + EPOCH);
      if (epoch != seen) return epoch;
    }
    atomic.add<i32>(control + SLEEPING, 1);
    atomic.wait<i32>(control + EPOCH, seen, -1);
    atomic.sub<i32>(control + SLEEPING, 1);
  }
}

/** What a worker does until it is told to quit. */
export function serveShares(control: usize, index: i32, count: i32, run: (pc: usize, count: i32) => void): void {
  setShare(index, count);
  block = control;
  let seen = atomic.load<i32>(control + EPOCH);
  atomic.add<i32>(control + READY, 1);
  while (true) {
    seen = nextEpoch(control, seen);
    if (atomic.load<i32>(control + QUIT)) return;
    run(<usize>i32.load(control + INSTRUCTION), i32.load(control + COUNT));
    atomic.add<i32>(control + FINISHED, 1);
    if (atomic.load<i32>(control + FIRST_SLEEPS)) atomic.notify(control + FINISHED, -1);
  }
}

/** Starts `count` instructions on all other threads. */
export function startShares(control: usize, pc: usize, count: i32): void {
  block = control;
  i32.store(control + INSTRUCTION, <i32>pc);
  i32.store(control + COUNT, count);
  atomic.store<i32>(control + FINISHED, 0);
  atomic.add<i32>(control + EPOCH, 1);
  if (atomic.load<i32>(control + SLEEPING)) atomic.notify(control + EPOCH, -1);
}

/** Waits until the others have finished or failed; returns whether none of them failed. */
export function joinShares(control: usize, others: i32): bool {
  const maySleep = atomic.load<i32>(control + MAY_SLEEP);
  for (let spins = 0; ; ++spins) {
    const finished = atomic.load<i32>(control + FINISHED);
    if (finished + atomic.load<i32>(control + FAILED) >= others) break;
    if (spins < PATIENCE || !maySleep) continue;
    atomic.store<i32>(control + FIRST_SLEEPS, 1);
    atomic.wait<i32>(control + FINISHED, finished, NAP);
    atomic.store<i32>(control + FIRST_SLEEPS, 0);
  }
  return atomic.load<i32>(control + FAILED) == 0;
}

/**
 * Waits until all threads that work on a plan are here; returns whether it goes on: false where one of them failed.
 *
 * Threads spin at first: what lies between two barriers is meant to take them equally long.
 */
export function barrier(): bool {
  if (parts == 1) return true;
  const before = atomic.load<i32>(block + BARRIERS);
  if (atomic.add<i32>(block + ARRIVED, 1) == parts - 1) {
    atomic.store<i32>(block + ARRIVED, 0);
    atomic.add<i32>(block + BARRIERS, 1);
    if (atomic.load<i32>(block + RESTING)) atomic.notify(block + BARRIERS, -1);
    return true;
  }
  const maySleep = part != 0 || atomic.load<i32>(block + MAY_SLEEP) != 0;
  for (let spins = 0; atomic.load<i32>(block + BARRIERS) == before; ++spins) {
    if (atomic.load<i32>(block + FAILED) | atomic.load<i32>(block + ABORTED)) return false;
    if (spins < PATIENCE || !maySleep) continue;
    atomic.add<i32>(block + RESTING, 1);
    atomic.wait<i32>(block + BARRIERS, before, NAP);
    atomic.sub<i32>(block + RESTING, 1);
  }
  return true;
}

/** Lets threads that wait at a barrier go: the first one will not come. */
export function abortPlan(control: usize): void {
  atomic.store<i32>(control + ABORTED, 1);
}
