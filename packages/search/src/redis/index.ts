// What @torchlet/search offers on Redis: a study's log for many machines, and trials as BullMQ jobs. Needs the packages bullmq and ioredis.
export { maskedUrl, type RedisConnectionOptions, type RedisStatus } from "./connection.js";
export type { ClassSpec } from "./jobs.js";
export { optimizeOnRedis, type RedisOptimizeOptions } from "./optimize.js";
export { RedisLog, type RedisLogOptions } from "./redis-log.js";
export { type RedisWorker, type RedisWorkerOptions, startWorker, type WorkerMessage } from "./worker.js";
