// Step time of 784-width-10 against width and batch: where the engine is near the machine's peak and where it is not.
import { stepFlops } from "./steps.mjs";

export const widths = [64, 128, 256, 512, 1024, 2048, 4096];
export const batches = [16, 64, 256, 1024, 4096];

export const sweep = batches.flatMap((batch) =>
  widths.map((width) => ({
    name: `sweep-b${batch}-w${width}`,
    group: "sweep",
    text: `SGD step, 784-${width}-10, batch ${batch}`,
    kind: "mlp-step",
    args: { sizes: [784, width, 10], batch },
    unit: "GFLOP/s",
    flops: stepFlops([784, width, 10], batch),
    families: ["torchlet", "pytorch"],
    onlyThreads: 2,
    compiled: true,
    once: true,
  })),
);
