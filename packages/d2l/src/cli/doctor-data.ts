// What `torchlet doctor` says about data: which sets are there, and where.
import { DataError, localize } from "torchlet";
import { loadFashionMnist } from "../datasets/fashion-mnist-node.js";
import type { Finding, Section } from "./doctor-command.js";

/** The data sets that a run would use now, without the network. */
export async function dataSection(): Promise<Section> {
  return {
    title: localize({ en: "Data", zh: "数据" }),
    findings: [
      {
        label: "TORCHLET_DATA",
        value: process.env["TORCHLET_DATA"] || localize({ en: "not set", zh: "未设置" }),
        ok: true,
      },
      await fashionMnist(),
      {
        label: "garments",
        value: localize({
          en: "embedded, stands in where there is no Fashion-MNIST",
          zh: "内置，在没有 Fashion-MNIST 时替代它",
        }),
        ok: true,
      },
    ],
  };
}

/** Reads all four files and holds them against their checksums, as a run does. */
async function fashionMnist(): Promise<Finding> {
  const label = "Fashion-MNIST";
  try {
    const damaged: string[] = [];
    const { source } = await loadFashionMnist({ offline: true, onWarning: ({ message }) => damaged.push(message) });
    return { label, value: source, ok: damaged.length === 0, hint: damaged[0] };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    if (error.code !== "fashion-mnist-unavailable") return { label, value: error.message, ok: false };
    return {
      label,
      value: localize({ en: "not there yet", zh: "尚未下载" }),
      ok: false,
      hint: localize({
        en: "the first run downloads it (31 MB); or name a folder that has it with --data or TORCHLET_DATA",
        zh: "首次运行时会下载（31 MB）；也可用 --data 或 TORCHLET_DATA 指定存放它的文件夹",
      }),
    };
  }
}
