// Products through the machine's BLAS: the same numbers within rounding, and every way of not having one.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const entry = fileURLToPath(new URL("../../dist/index.js", import.meta.url));

/** Runs a script on the built library in a process of its own, where the search for a library begins anew. */
function run(script: string, env: Record<string, string>): unknown {
  const code = `const torch = await import(${JSON.stringify(entry)}); console.log(JSON.stringify(await (async () => {${script}})()));`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
    env: { ...process.env, TORCHLET_NUM_THREADS: "2", ...env },
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(output);
}

/** Large products in every layout, with and without an epilogue, in both types; sums of each result. */
const PRODUCTS = `
  torch.manualSeed(0);
  const a = torch.randn(130, 210), b = torch.randn(210, 150), bias = torch.randn(150);
  const results = [
    a.matmul(b), b.t().matmul(a.t()), a.t().contiguous().t().matmul(b), a.matmul(b.t().contiguous().t()),
    a.double().matmul(b.double()), a.narrow(1, 3, 200).matmul(b.narrow(0, 5, 200)), a.expand(3, 130, 210).bmm(b.expand(3, 210, 150)),
    torch.nn.functional.linear(a, b.t().contiguous(), bias),
    new torch.nn.Sequential(new torch.nn.Linear(210, 150), new torch.nn.ReLU())(a),
    a.unsqueeze(1).expand(130, 4, 210).matmul(b),
  ];
  return { blas: torch.engineInfo().blas.state, results: results.map((t) => Array.from(t.reshape(-1).toTypedArray())) };`;

const state = (run("return torch.engineInfo().blas;", { TORCHLET_BLAS: "" }) as { state: string }).state;

describe("BLAS", () => {
  it.skipIf(state !== "found")(
    `gives the products of our own kernels (${state === "found" ? "found" : "skipped: no BLAS on this machine"})`,
    () => {
      const own = run(PRODUCTS, { TORCHLET_BLAS: "off" }) as { blas: string; results: number[][] };
      const library = run(PRODUCTS, { TORCHLET_BLAS: "" }) as { blas: string; results: number[][] };
      expect([own.blas, library.blas]).toEqual(["off", "found"]);
      let different = 0;
      library.results.forEach((values, i) => {
        expect(values).toHaveLength(own.results[i]!.length);
        values.forEach((v, j) => {
          const w = own.results[i]![j]!;
          expect(Math.abs(v - w), `product ${i}, element ${j}`).toBeLessThan(1e-4 + 1e-5 * Math.abs(w));
          if (v !== w) different++;
        });
      });
      // Other orders of addition round differently: if nothing did, nothing went through the library.
      expect(different).toBeGreaterThan(0);
    },
  );

  it("is done without where a named library cannot be loaded, and says why", () => {
    const script =
      "const x = torch.ones(200, 200).matmul(torch.ones(200, 200)).sum().item(); return { x, blas: torch.engineInfo().blas };";
    const { x, blas } = run(script, { TORCHLET_BLAS: "/nowhere/libblas.so" }) as {
      x: number;
      blas: { state: string; reason: { en: string } };
    };
    expect([x, blas.state]).toEqual([8_000_000, "missing"]);
    expect(blas.reason.en).toContain("/nowhere/libblas.so");
  });

  it("is done without where the named library is something else", () => {
    const { blas } = run("return { blas: torch.engineInfo().blas };", { TORCHLET_BLAS: process.execPath }) as {
      blas: { state: string };
    };
    expect(blas.state).toBe("missing");
  });
});
