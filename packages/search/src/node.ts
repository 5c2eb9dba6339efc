// What @torchlet/search offers in Node beyond its neutral part: journals in files, trials on worker threads.
export * from "./index.js";
export { JournalFile, type JournalFileOptions } from "./node/journal-file.js";
