// The same cases, small: to see within a few minutes that everything runs.

/** Sweeps keep their corners, products their small sizes, memory a hundredth of its steps. */
export const quick = (cases) =>
  cases
    .filter(({ group, name }) =>
      group === "sweep" ? /^sweep-b(16|256)-w(64|512)$/.test(name) : name !== "square-2048",
    )
    .map((test) => {
      if (test.kind === "memory-growth")
        return { ...test, text: test.text.replace("a million", "20,000"), args: { ...test.args, steps: 20_000 } };
      if (test.kind === "memory-peak")
        return { ...test, text: test.text.replace("10-epoch", "1-epoch"), args: { ...test.args, epochs: 1 } };
      return test;
    });
