// What `torchlet doctor` says about the engine: the kernels' instructions, threads, BLAS.
import { engineInfo, localize, type TorchletError } from "torchlet";
import type { Section } from "./doctor-command.js";

/** The engine's own account of itself; one that cannot start says why. */
export async function engineSection(): Promise<Section> {
  const title = localize({ en: "Engine", zh: "计算引擎" });
  try {
    const { simd, sharedMemory, threads, memoryBytes, blas } = engineInfo();
    const relaxed = simd === "relaxed";
    const forced = process.env["TORCHLET_SIMD"] === "plain";
    return {
      title,
      findings: [
        {
          label: "SIMD",
          value: relaxed
            ? localize({ en: "128 bit, fused multiply-add", zh: "128 位，融合乘加" })
            : localize({ en: "128 bit, multiply and add apart", zh: "128 位，乘与加分开" }),
          ok: relaxed,
          ...(relaxed
            ? {}
            : {
                hint: forced
                  ? localize({ en: "TORCHLET_SIMD=plain asks for it", zh: "由 TORCHLET_SIMD=plain 指定" })
                  : localize({
                      en: "this runtime has no relaxed SIMD: matrix products take about as long again",
                      zh: "当前运行环境没有 relaxed SIMD：矩阵乘法耗时约为两倍",
                    }),
              }),
        },
        { label: localize({ en: "threads", zh: "线程" }), value: String(threads), ok: true },
        {
          label: localize({ en: "memory", zh: "内存" }),
          value: `${Math.round(memoryBytes / 2 ** 20)} MiB${sharedMemory ? localize({ en: ", shared", zh: "，共享" }) : ""}`,
          ok: true,
        },
        {
          label: "BLAS",
          value:
            blas.state === "found"
              ? blas.library
              : localize({ en: "none, torchlet's own kernels", zh: "无，使用 torchlet 自己的内核" }),
          // A library that was named and cannot be used is nobody's intention.
          ok: blas.state === "found" || ["", "off"].includes(process.env["TORCHLET_BLAS"] ?? ""),
          ...(blas.state === "found" ? {} : { hint: localize(blas.reason) }),
        },
      ],
    };
  } catch (error) {
    return { title, findings: [{ label: "SIMD", value: (error as TorchletError).message, ok: false }] };
  }
}
