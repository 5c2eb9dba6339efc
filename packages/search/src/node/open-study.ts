// A study in a journal file, with workers that others on the machine know to be gone at once.

import type { LossDetector } from "../study/session.js";
import { type CreateStudyOptions, createStudy, loadStudy, type Study, type StudyOptions } from "../study/study.js";
import { JournalFile, type JournalFileOptions } from "./journal-file.js";
import { lifeOf, workerName } from "./worker-identity.js";

/**
 * Tells that a worker is gone: by its process where that is or was on this machine, so that one that trains for an hour without a pause
 * is not taken for lost; else by its silence.
 *
 * @param lease seconds without a sign of life; default 60
 */
export function lossDetector(lease = 60): LossDetector {
  return ({ worker, silence }) => {
    const life = lifeOf(worker);
    switch (life.state) {
      case "gone":
        return life.reason;
      case "alive":
        return null;
      case "unknown":
        return silence > lease ? `no sign of life for ${Math.round(silence)} s` : null;
      default:
        return life satisfies never;
    }
  };
}

/** Who works on a study in this process, for `createStudy` and `loadStudy`. */
export function workerOptions(lease?: number): Required<Pick<StudyOptions, "worker" | "lost">> {
  return { worker: workerName(), lost: lossDetector(lease) };
}

/** Options of `openStudy`. */
export interface OpenStudyOptions
  extends Omit<CreateStudyOptions, "log" | "loadIfExists">,
    Pick<JournalFileOptions, "durable"> {}

/**
 * Begins a study in a journal file, or goes on with the one that is there: after Ctrl-C, after `kill -9`, beside other processes.
 *
 * Name, seed and window are those of whoever was first.
 *
 * @throws DataError for a file that is damaged, foreign, newer or cannot be opened; ValueError for options that do not fit its study
 *
 * @example
 * const study = await openStudy("widths.study.jsonl", { direction: "maximize", seed: 0, window: 4 });
 * await study.optimize(objective, { totalTrials: 40 });
 * await study.close();
 */
export async function openStudy(path: string, options: OpenStudyOptions = {}): Promise<Study> {
  const { durable, ...rest } = options;
  const log = JournalFile.open(path, durable === undefined ? {} : { durable });
  try {
    return await createStudy({ ...workerOptions(options.lease), ...rest, log, loadIfExists: true });
  } catch (error) {
    await log.close();
    throw error;
  }
}

/**
 * Opens the study of a journal file to look at it, also while others work on it; `study.refresh()` reads what is new.
 *
 * @throws DataError for a file that holds no study, is damaged, foreign, newer or cannot be opened
 */
export async function readStudy(path: string, options: StudyOptions = {}): Promise<Study> {
  const log = JournalFile.open(path, { readOnly: true });
  try {
    return await loadStudy({ ...options, log });
  } catch (error) {
    await log.close();
    throw error;
  }
}
