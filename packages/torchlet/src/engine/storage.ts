// Where values live: engine memory, or ordinary JavaScript arrays for what is only held.
//
// Nobody frees anything, and no finalizer is involved: in a synchronous loop they never run. What is known to be dead
// (gradients on their way, activations that only the graph held) is released at once. For the rest there are two ways:
//   - Where the garbage collector can be asked (reachability.ts), it is asked whenever new storages have taken the
//     workspace's budget: those that nobody holds any more go back. What survives twice is tenured, and asked about
//     again when the tenured ones outgrow a budget of their own.
//   - Elsewhere everything that nothing has claimed for long moves out to typed arrays, which the garbage collector owns
//     and counts, and moves in again when it is used; what comes back proved to live, and is tenured.
// Small storages are cut one after another from blocks; in both ways a full block moves out as one copy.
//
// The rule for code that runs instructions: create every storage first, then ask for addresses, then execute.
// Creating may move others out, or take back what is no longer held; asking for an address never does. Whoever keeps an
// address keeps the storage.
import { allocateChunk, chunkBytes, freeChunk, heapUse } from "./heap.js";
import { u8 } from "./machine.js";
import { findSurvivors, makeListable } from "./reachability.js";
import { recording } from "./recording.js";

/** Storages up to this size are cut from blocks. */
const SMALL = 4096;
/** Storages this small share blocks of their own, so that a kept scalar does not keep its larger neighbours alive. */
const TINY = 256;
/**
 * Blocks of each kind that stay in engine memory before the oldest moves out. They are short-lived on purpose: what
 * becomes old for the garbage collector keeps its copy until a full collection.
 */
const RESIDENT_BLOCKS = 4;
/** New large storages may take this much before those not released are asked about: little, so that caches stay warm. */
const YOUNG_BUDGET = 16 * 1024 * 1024;
/** The same for tenured ones: twice what then lives, and at least this. */
const TENURED_BUDGET = 128 * 1024 * 1024;
/** Where they cannot be asked about: how much of the young stays, and of the tenured, before the oldest move out. */
const MOVING_YOUNG = 24 * 1024 * 1024;
const MOVING_TENURED = 384 * 1024 * 1024;
/** What has survived this many collections is old for the garbage collector too, and tenured. */
const OLD = 2;

/** Who takes back a storage that it gave. */
export interface StorageOwner {
  release(storage: Storage): void;
}

/** A stretch of engine memory that small storages share; after it moved out, the JavaScript copy of it. */
class Block {
  base = 0;
  used = 0;
  /** Storages cut from it and not released. */
  live = 0;
  open = true;
  host: Uint8Array | null = null;
}

/** The bytes behind one or more tensors. */
export class Storage {
  /** Engine address of an own chunk (0: none), or the offset within the block. */
  address = 0;
  block: Block | null = null;
  host: Uint8Array | null = null;
  tenured = false;
  released = false;
  /** Tenured ones that moved out together, and have not come back. */
  swept = false;
  /** Grows with every in-place change, so that the graph notices when a saved value is no longer what it was. */
  version = 0;
  /** Set where no user can hold a tensor on this storage: it may be released when the graph is done with it. */
  internal = false;
  /** How many graph nodes keep it. */
  graphReferences = 0;
  /** The plan whose memory it lies in: its address is fixed, and a replay overwrites it. */
  owner: StorageOwner | null = null;
  /** How many collections it has survived. */
  survived = 0;
  /** Its place in the list that is being collected. */
  slot = 0;
  /** Whether a plan uses it otherwise than as an argument. */
  isHeld = false;
  /** Order of creation. */
  readonly serial = ++serials;

  constructor(readonly bytes: number) {}
}

makeListable(Storage.prototype);

let serials = 0;

/** The serial number of the storage that was created last. */
export function lastSerial(): number {
  return serials;
}

class Pool {
  constructor(readonly blockBytes: number) {}
  current: Block | null = null;
  readonly resident: Block[] = [];
  readonly spare: number[] = [];
}
const tinyPool = new Pool(8 * 1024);
const smallPool = new Pool(16 * 1024);

/** Large storages that are not tenured, in order of creation; released ones stay until the list is tidied. */
let young: Storage[] = [];
let youngBytes = 0;
/** What the young ones may grow to before the next collection. */
let youngLimit = YOUNG_BUDGET;
let tenured: Storage[] = [];
let tenuredLimit = TENURED_BUDGET;
/** Doubles while what moves out keeps coming back. */
let movingLimit = MOVING_TENURED;
let tenuredBytes = 0;
/** How long the list of tenured storages grows before it is tidied. */
let tidyAt = 8192;
let movedInSinceSweep = 0;
let lastSwept = 0;
let hostBytes = 0;

function openBlock(pool: Pool): Block {
  if (tenuredBytes > tenuredLimit) reduceTenured();
  const { current, resident, spare } = pool;
  if (current !== null) {
    current.open = false;
    if (current.live === 0) retire(pool, current);
  }
  if (resident.length >= RESIDENT_BLOCKS) {
    const oldest = resident.shift()!;
    if (oldest.live > 0) oldest.host = u8.slice(oldest.base, oldest.base + oldest.used);
    spare.push(oldest.base);
    oldest.base = 0;
  }
  const block = new Block();
  block.base = spare.pop() ?? allocateChunk(pool.blockBytes);
  resident.push(block);
  pool.current = block;
  return block;
}

/** Takes back a block whose storages are all released. */
function retire(pool: Pool, block: Block): void {
  const at = pool.resident.indexOf(block);
  if (at < 0) return;
  pool.resident.splice(at, 1);
  pool.spare.push(block.base);
  block.base = 0;
}

/** Creates a storage of this many bytes in engine memory; its content is undefined. */
export function createStorage(bytes: number): Storage {
  if (recording !== null) return recording.create(bytes);
  const storage = new Storage(bytes);
  if (bytes <= SMALL) {
    const pool = bytes <= TINY ? tinyPool : smallPool;
    const size = (bytes + 15) & ~15 || 16;
    let block = pool.current;
    if (block === null || block.used + size > pool.blockBytes) block = openBlock(pool);
    storage.block = block;
    storage.address = block.used;
    block.used += size;
    block.live++;
    return storage;
  }
  if (tenuredBytes > tenuredLimit) reduceTenured();
  if (youngBytes > youngLimit) reduceYoung();
  else if (young.length > 8192) young = young.filter(isYoung);
  storage.address = allocateLarge(bytes);
  youngBytes += bytes;
  young.push(storage);
  return storage;
}

function isYoung(storage: Storage): boolean {
  return !storage.released && !storage.tenured && storage.address !== 0;
}

function isTenured(storage: Storage): boolean {
  return !storage.released && storage.tenured;
}

/** Tries harder the less there is left of engine memory: what is dead goes back, then everything that may leave does. */
function allocateLarge(bytes: number): number {
  try {
    return allocateChunk(bytes);
  } catch {
    if (!collect(true)) moveAllOut();
  }
  try {
    return allocateChunk(bytes);
  } catch {
    moveAllOut();
    return allocateChunk(bytes);
  }
}

/** Makes room among the young: the dead go back; where that cannot be known, the oldest half moves out. */
function reduceYoung(): void {
  if (collect(false)) {
    youngLimit = youngBytes + YOUNG_BUDGET;
    return;
  }
  if (youngBytes > MOVING_YOUNG) sweepYoung(MOVING_YOUNG / 2);
  youngLimit = MOVING_YOUNG;
}

function reduceTenured(): void {
  if (collect(true)) {
    tenuredLimit = Math.max(2 * tenuredBytes, TENURED_BUDGET);
    return;
  }
  if (tenuredBytes > movingLimit) sweepTenured();
  tenuredLimit = movingLimit;
}

/** What is asked about: the storages, and at the same places what they take, which is all that is left of the dead. */
interface Candidates {
  readonly storages: Storage[];
  readonly addresses: number[];
  readonly bytes: number[];
  readonly tenured: boolean[];
}

function takeCandidates(full: boolean): Candidates {
  const storages = young.filter(isYoung);
  let lists = [young];
  young = [];
  if (full) {
    for (const storage of tenured) if (isTenured(storage)) storages.push(storage);
    lists = [...lists, tenured];
    tenured = [];
  }
  // A list that has grown old, dead as it is, would hold what it lists through a collection of the young generation.
  for (const list of lists) (list as unknown[]).fill(null);
  for (let i = 0; i < storages.length; i++) storages[i]!.slot = i;
  return {
    storages,
    addresses: storages.map((s) => s.address),
    bytes: storages.map((s) => s.bytes),
    tenured: storages.map((s) => s.tenured),
  };
}

/**
 * @internal Takes back the large storages that nobody holds any more: of the young ones, or of all.
 *
 * @returns false where the runtime cannot tell
 */
export function collect(full: boolean): boolean {
  const survivors = findSurvivors();
  if (survivors === null) return false;
  const { storages, addresses, bytes, tenured: wasTenured } = takeCandidates(full);
  const alive = survivors(storages, full);
  if (alive === null) {
    // No answer: they stay where they are, and count no more.
    youngBytes = 0;
    if (full) tenuredBytes = 0;
    return false;
  }
  const dead = new Uint8Array(addresses.length).fill(1);
  for (const storage of alive) {
    dead[storage.slot] = 0;
    if (storage.tenured) tenured.push(storage);
    else if (++storage.survived < OLD) young.push(storage);
    else {
      youngBytes -= storage.bytes;
      tenureChunk(storage);
    }
  }
  for (let i = 0; i < dead.length; i++) {
    if (dead[i] === 0) continue;
    freeChunk(addresses[i]!, Math.max(bytes[i]!, 1));
    if (wasTenured[i]) tenuredBytes -= tenuredCost(bytes[i]!);
    else youngBytes -= bytes[i]!;
  }
  return true;
}

/**
 * Moves large storages out that are neither released nor tenured, the oldest first, until `keep` bytes are left: the
 * latest are likely to be operands of what comes next, and would come back as if they were long-lived.
 */
function sweepYoung(keep: number): void {
  let at = 0;
  for (; at < young.length && youngBytes > keep; at++) {
    const storage = young[at]!;
    if (!isYoung(storage)) continue;
    youngBytes -= storage.bytes;
    moveOut(storage);
  }
  young = young.slice(at).filter(isYoung);
}

/** @internal The list without what was released since: activations that came back for a backward pass, say. */
function tidyTenured(): void {
  tenured = tenured.filter(isTenured);
  tidyAt = Math.max(8192, 2 * tenured.length);
}

function moveOut(storage: Storage): void {
  storage.host = u8.slice(storage.address, storage.address + storage.bytes);
  hostBytes += storage.bytes;
  freeChunk(storage.address, storage.bytes);
  storage.address = 0;
  storage.tenured = false;
}

/** Moves all tenured storages out; those in use come back at once, the others are left to the garbage collector. */
function sweepTenured(): void {
  if (movedInSinceSweep > lastSwept / 2 && lastSwept > 0) {
    // What moved out was needed: it lives, and the budget was too small for it.
    movingLimit *= 2;
    lastSwept = 0;
    return;
  }
  // Most of it was never asked for again: a large budget only kept the dead.
  if (lastSwept > 0) movingLimit = Math.max(MOVING_TENURED, movingLimit / 2);
  const moving = tenured;
  tenured = [];
  lastSwept = tenuredBytes;
  movedInSinceSweep = 0;
  tenuredBytes = 0;
  for (const storage of moving) {
    if (!isTenured(storage)) continue;
    moveOut(storage);
    storage.swept = true;
  }
}

function moveIn(storage: Storage): number {
  if (storage.released) throw new Error("a storage was used after it had been released");
  const { block } = storage;
  const size = Math.max(storage.bytes, 1);
  const address = allocateChunk(size);
  if (block !== null) {
    u8.set(block.host!.subarray(storage.address, storage.address + storage.bytes), address);
    storage.block = null;
  } else {
    u8.set(storage.host!, address);
    hostBytes -= storage.bytes;
    if (storage.swept) movedInSinceSweep += storage.bytes;
    storage.swept = false;
    storage.host = null;
  }
  storage.address = address;
  tenureChunk(storage);
  return address;
}

function tenureChunk(storage: Storage): void {
  storage.tenured = true;
  if (tenured.length >= tidyAt) tidyTenured();
  tenured.push(storage);
  tenuredBytes += tenuredCost(storage.bytes);
}

/** What a tenured storage counts for: its chunk, and the JavaScript objects that stay alive with it. */
function tenuredCost(bytes: number): number {
  return chunkBytes(Math.max(bytes, 1)) + 512;
}

/** The engine address of a storage; moves it in where it has moved out. Never moves anything out. */
export function addressOf(storage: Storage): number {
  if (recording !== null) recording.touch(storage);
  const { block } = storage;
  if (block !== null) return block.base !== 0 ? block.base + storage.address : moveIn(storage);
  return storage.address !== 0 ? storage.address : moveIn(storage);
}

/** The JavaScript copy of a storage that has moved out, for reading without moving it in; null while it is in engine memory. */
export function movedOutBytes(storage: Storage): Uint8Array | null {
  const { block } = storage;
  if (block === null) return storage.host;
  return block.base !== 0 ? null : block.host!.subarray(storage.address, storage.address + storage.bytes);
}

/** Marks a storage as long-lived (parameters, optimizer state, data sets): it gets a chunk of its own and stays. */
export function tenure(storage: Storage): void {
  if (storage.tenured) return;
  if (storage.owner !== null) {
    // Something that is to live longer than the step: it is there when the next one is captured.
    recording?.postpone();
    return;
  }
  // While a step is captured this happens when an address is asked for: nothing may move out.
  if (tenuredBytes > tenuredLimit && recording === null) reduceTenured();
  const { block } = storage;
  if (block === null) {
    if (storage.address === 0) moveIn(storage);
    else {
      leaveYoung(storage);
      tenureChunk(storage);
    }
    return;
  }
  const address = allocateChunk(Math.max(storage.bytes, 1));
  if (block.base !== 0)
    u8.copyWithin(address, block.base + storage.address, block.base + storage.address + storage.bytes);
  else u8.set(block.host!.subarray(storage.address, storage.address + storage.bytes), address);
  block.live--;
  storage.block = null;
  storage.address = address;
  tenureChunk(storage);
}

/** Gives the bytes back at once. Only for storages that no user can reach. */
export function releaseStorage(storage: Storage): void {
  if (storage.released) return;
  if (storage.owner !== null) {
    storage.owner.release(storage);
    return;
  }
  storage.released = true;
  const { block } = storage;
  if (block !== null) {
    block.live--;
    if (block.base === 0) return;
    if (block.open) {
      // The latest piece of the open block is cut again.
      const size = (storage.bytes + 15) & ~15 || 16;
      if (storage.address + size === block.used) block.used = storage.address;
    } else if (block.live === 0) {
      retire(storage.bytes <= TINY ? tinyPool : smallPool, block);
    }
    return;
  }
  if (storage.address === 0) {
    if (storage.host !== null) hostBytes -= storage.bytes;
    storage.host = null;
    return;
  }
  freeChunk(storage.address, Math.max(storage.bytes, 1));
  storage.address = 0;
  if (storage.tenured) tenuredBytes -= tenuredCost(storage.bytes);
  else leaveYoung(storage);
}

/** Takes a storage out of the account of the young; the next collection comes when as much has been made anew. */
function leaveYoung(storage: Storage): void {
  youngBytes -= storage.bytes;
  youngLimit = Math.min(youngLimit, youngBytes + YOUNG_BUDGET);
}

/** Moves a storage out of a plan's memory: it is somebody's own from now on. */
export function moveToHost(storage: Storage): void {
  storage.host = u8.slice(storage.address, storage.address + storage.bytes);
  hostBytes += storage.bytes;
  storage.owner = null;
  storage.address = 0;
}

/**
 * Says that no user can reach a storage: its memory goes back now, or when the graph is done with it.
 *
 * For results inside an operation or between two layers that nobody else sees.
 */
export function markInternal(storage: Storage): void {
  storage.internal = true;
  if (storage.graphReferences === 0) releaseStorage(storage);
}

/** Moves everything out of engine memory that may move. For tests, and for a host that is short of memory. */
export function moveAllOut(): void {
  sweepYoung(0);
  const moving = tenured;
  tenured = [];
  tenuredBytes = 0;
  for (const storage of moving) if (isTenured(storage)) moveOut(storage);
  for (const pool of [tinyPool, smallPool]) {
    for (let i = 0; i <= RESIDENT_BLOCKS; i++) openBlock(pool);
  }
}

/** Bytes by owner. */
export interface MemoryReport {
  /** Chunks in engine memory that are in use, blocks included. */
  readonly engine: number;
  /** Of these: storages that proved long-lived. */
  readonly tenured: number;
  /** Of these: large storages that move out when the workspace is full. */
  readonly young: number;
  /** Engine memory that the heap has ever touched. */
  readonly extent: number;
  /** Bytes that moved out to JavaScript arrays since the start and have not come back; the garbage collector owns them. */
  readonly movedOut: number;
}

/** Bytes live, by owner. */
export function memoryReport(): MemoryReport {
  const { live, extent } = heapUse();
  return { engine: live, tenured: tenuredBytes, young: youngBytes, extent, movedOut: hostBytes };
}
