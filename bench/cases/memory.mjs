// What a process keeps: growth over very many eager steps in one synchronous loop, and the peak of a training run.
export const memory = [
  {
    name: "memory-growth",
    group: "memory",
    text: "growth of resident memory over a million eager regression steps (after the first 10,000)",
    kind: "memory-growth",
    args: { features: 20, batch: 10, steps: 1_000_000 },
    unit: "MB",
    families: ["torchlet"],
    fresh: true,
    once: true,
  },
  {
    name: "memory-peak",
    group: "memory",
    text: "peak of resident memory of a 10-epoch run on Fashion-MNIST (trainCh3)",
    kind: "memory-peak",
    args: { epochs: 10 },
    unit: "MB",
    families: ["torchlet", "pytorch"],
    needsData: true,
    fresh: true,
    once: true,
  },
];
