// From nothing to a trained step: a new process each time.
export const startup = [
  {
    name: "cold-step",
    group: "startup",
    text: "import to first finished step (784-256-10, batch 64), cold process",
    kind: "cold",
    args: { clock: "inside" },
    unit: "ms",
  },
  {
    name: "cold-process",
    group: "startup",
    text: "the whole process that does it, from its start to its end",
    kind: "cold",
    args: { clock: "outside" },
    unit: "ms",
  },
];
