// The optional packages behind the Redis part, loaded when they are first needed.
import { EngineError } from "torchlet";

/** `import("bullmq")`, or what to install. */
export function loadBullMQ(): Promise<typeof import("bullmq")> {
  return import("bullmq").catch((cause: unknown) => missing("bullmq", cause));
}

/** The client class of ioredis, or what to install. */
export function loadIORedis(): Promise<typeof import("ioredis").Redis> {
  return import("ioredis").then(
    ({ Redis }) => Redis,
    (cause: unknown) => missing("ioredis", cause),
  );
}

function missing(name: string, cause: unknown): never {
  throw new EngineError("redis-packages", {
    path: "@torchlet/search/redis",
    rule: { en: `the package ${name} could not be loaded`, zh: `无法加载软件包 ${name}` },
    hint: { en: "npm install bullmq ioredis", zh: "请运行 npm install bullmq ioredis" },
    cause,
  });
}
