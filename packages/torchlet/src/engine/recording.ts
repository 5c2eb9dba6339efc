// What listens while a step is captured: every instruction, storage and address passes by here. Null at all other times.
import type { Storage } from "./storage.js";

/** The listener; src/engine/plan/recorder.ts is the one there is. */
export interface Recording {
  /** An instruction of about `work` nanoseconds has been written and is about to run. */
  instruction(work: number): void;
  /** A storage for a result: it comes from the plan's own memory. */
  create(bytes: number): Storage;
  /** A storage's address is asked for. */
  touch(storage: Storage): void;
  /** A value is read into JavaScript, or something else happens that a replay could not repeat. */
  refuse(what: Refusal): void;
  /** What a replay has to check before it runs, of values at an address: indices that exist, labels that are classes. */
  guard(address: number, check: (address: number) => boolean): void;
  /** Something was set up that only the first steps set up (an optimizer's state): the next call is captured anew. */
  postpone(): void;
}

/** Why something cannot be captured. */
export interface Refusal {
  readonly en: string;
  readonly zh: string;
  /** What to do instead. */
  readonly hint?: { readonly en: string; readonly zh: string } | undefined;
}

export let recording: Recording | null = null;

/** Begins or ends listening. */
export function setRecording(listener: Recording | null): void {
  recording = listener;
}

/** Runs a function unheard: what it makes is made once, not in every replay. */
export function unrecorded<T>(body: () => T): T {
  const listener = recording;
  recording = null;
  try {
    return body();
  } finally {
    recording = listener;
  }
}

/** Says that something happens which a replay could not repeat, and what to do instead, so that a capture can refuse. */
export function refuseCapture(en: string, zh: string, hintEn?: string, hintZh?: string): void {
  if (recording === null) return;
  const hint = hintEn === undefined || hintZh === undefined ? undefined : { en: hintEn, zh: hintZh };
  recording.refuse({ en, zh, hint });
}
