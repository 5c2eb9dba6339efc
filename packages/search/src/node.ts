// What @torchlet/search offers in Node beyond its neutral part: journals in files, trials on worker threads.
export * from "./index.js";
export { JournalFile, type JournalFileOptions } from "./node/journal-file.js";
export type { ModuleObjective, ObjectiveModule, ObjectiveTrial } from "./node/objective-module.js";
export { ObjectiveThreads, type ThreadOptions } from "./node/objective-threads.js";
export { lossDetector, type OpenStudyOptions, openStudy, readStudy, workerOptions } from "./node/open-study.js";
export { optimizeParallel, type ParallelOptions } from "./node/optimize-parallel.js";
export { lifeOf, type WorkerLife, workerName } from "./node/worker-identity.js";
