// Imported before torchlet: counts the calls of the kernels' exports, so that a test sees whether threads took shares.

/** Calls by the name of the export. */
export const calls: Record<string, number> = {};

const Original = WebAssembly.Instance;

class Watched extends Original {
  constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    super(module, imports);
    const exports: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(super.exports)) {
      exports[name] =
        typeof value !== "function"
          ? value
          : (...args: unknown[]) => {
              calls[name] = (calls[name] ?? 0) + 1;
              return (value as (...args: unknown[]) => unknown)(...args);
            };
    }
    Object.defineProperty(this, "exports", { value: exports });
  }
}

WebAssembly.Instance = Watched;
