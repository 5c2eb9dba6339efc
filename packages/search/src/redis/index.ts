// What @torchlet/search offers on Redis: a study's log for many machines, and trials as BullMQ jobs. Needs the packages bullmq and ioredis.
export { maskedUrl, type RedisConnectionOptions, type RedisStatus } from "./connection.js";
export { RedisLog, type RedisLogOptions } from "./redis-log.js";
