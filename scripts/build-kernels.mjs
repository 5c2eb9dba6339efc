// Compiles the AssemblyScript kernels twice, with relaxed multiply-add and without, and embeds both as base64.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import asc from "assemblyscript/asc";

const SOURCES = "packages/torchlet/kernels";
const TARGET = "packages/torchlet/src/engine/wasm/binary";
const VARIANTS = { relaxed: ["--enable", "relaxed-simd"], plain: [] };

/** What the binaries depend on; unchanged sources are not compiled again. */
function fingerprint() {
  const hash = createHash("sha256").update(readFileSync("scripts/build-kernels.mjs")).update(asc.version);
  for (const file of readdirSync(SOURCES, { recursive: true }).sort()) {
    if (String(file).endsWith(".ts")) hash.update(String(file)).update(readFileSync(`${SOURCES}/${file}`));
  }
  return hash.digest("hex");
}

async function compile(flags) {
  const { error, stderr, binary } = await (async () => {
    let binary;
    const options = [
      `${SOURCES}/index.ts`,
      "--outFile",
      "kernels.wasm",
      "-O3",
      "--runtime",
      "stub",
      "--noAssert",
      "--converge",
      "--importMemory",
      "--sharedMemory",
      "--initialMemory",
      "1",
      "--maximumMemory",
      "65536",
      "--noExportMemory",
      "--enable",
      "simd",
      "--enable",
      "threads",
      "--use",
      "abort=",
      ...flags,
    ];
    const result = await asc.main(options, { writeFile: (_name, contents) => (binary = contents) });
    return { error: result.error, stderr: result.stderr.toString(), binary };
  })();
  if (error) throw new Error(`the kernels do not compile:\n${stderr}`);
  if (stderr.trim()) process.stderr.write(stderr);
  return binary;
}

export async function buildKernels() {
  if (!existsSync(`${SOURCES}/index.ts`)) return;
  const stamp = `// ${fingerprint()}\n`;
  const current = (name) =>
    existsSync(`${TARGET}/${name}.ts`) && readFileSync(`${TARGET}/${name}.ts`, "utf8").startsWith(stamp);
  if (Object.keys(VARIANTS).every(current)) return;
  mkdirSync(TARGET, { recursive: true });
  for (const [name, flags] of Object.entries(VARIANTS)) {
    const binary = await compile(flags);
    const base64 = Buffer.from(binary).toString("base64");
    writeFileSync(`${TARGET}/${name}.ts`, `${stamp}export default "${base64}";\n`);
    console.log(`kernels, ${name}: ${binary.length} bytes`);
  }
}
