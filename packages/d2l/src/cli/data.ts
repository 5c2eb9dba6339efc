// The data sets of experiments: loaded once, a download on the progress bar, a stand-in announced aloud.
import type { DataError } from "torchlet";
import { type DownloadProgress, loadFashionMnistOrGarments } from "../datasets/fashion-mnist-node.js";
import type { GarmentsOptions } from "../datasets/garments.js";
import type { HousePriceFiles } from "../datasets/house-prices.js";
import { readHouses } from "../datasets/house-prices-node.js";
import { makeHouses } from "../datasets/house-prices-stand-in.js";
import type { ImageDataset } from "../datasets/image-dataset.js";
import type { ExperimentContext } from "../experiments/experiment.js";
import type { Report } from "../report/report.js";
import { formatBytes } from "../report/text/numbers.js";

/** Where the data set comes from and who is told about it. */
export interface FashionMnistSourceOptions {
  /** The folder that the user named. */
  readonly data?: string;
  readonly signal: AbortSignal;
  readonly report: Report;
  /** How many pictures the stand-in has, where fewer do. */
  readonly garments?: GarmentsOptions;
}

/** Makes the `fashionMnist` of an experiment's context: the data set is loaded at the first call, and kept. */
export function fashionMnistSource({
  data,
  signal,
  report,
  garments,
}: FashionMnistSourceOptions): ExperimentContext["fashionMnist"] {
  let loading: Promise<ImageDataset> | undefined;
  return () => {
    loading ??= loadFashionMnistOrGarments({
      data,
      signal,
      ...(garments === undefined ? {} : { garments }),
      onProgress: downloadProgress(report),
      onWarning: (warning) => report.warn(localized(warning)),
      onFallback: (error) => report.warn(standIn(error)),
    });
    return loading;
  };
}

/** Makes the `houses` of an experiment's context: the user's files, or the stand-in with a warning. */
export function housesSource({
  data = process.env["TORCHLET_DATA"] || undefined,
  report,
}: Pick<FashionMnistSourceOptions, "data" | "report">): NonNullable<ExperimentContext["houses"]> {
  let loaded: HousePriceFiles | undefined;
  return async () => {
    loaded ??= data === undefined ? undefined : readHouses(data, (text) => report.warn(text));
    if (loaded === undefined) {
      report.warn(noRealPrices);
      loaded = makeHouses();
    }
    return loaded;
  };
}

const noRealPrices = {
  en: "These are NOT real house prices. The run uses houses that the program makes up, with the same columns as Kaggle's. Its numbers cannot be compared with the book's.\nTo change this: put train.csv and test.csv of Kaggle's House Prices into the folder of --data or TORCHLET_DATA.",
  zh: "这些不是真实的房价。本次运行使用由程序编造的房屋，其列与 Kaggle 的数据相同，结果不能与书中的数字相比。\n解决办法：把 Kaggle 房价预测比赛的 train.csv 和 test.csv 放入 --data 或 TORCHLET_DATA 指定的文件夹。",
};

/** Tells a report how a download goes. */
function downloadProgress(report: Report, now: () => number = () => performance.now()) {
  let begun: { readonly at: number; readonly received: number } | undefined;
  return ({ url, received, total }: DownloadProgress): void => {
    if (begun === undefined) {
      begun = { at: now(), received };
      const host = hostOf(url);
      report.text({
        en: `Downloading Fashion-MNIST (${formatBytes(total)}) from ${host}`,
        zh: `正在从 ${host} 下载 Fashion-MNIST（${formatBytes(total)}）`,
      });
    }
    const seconds = (now() - begun.at) / 1000;
    const rate = seconds > 0.5 ? (received - begun.received) / seconds : 0;
    report.progress({
      label: {
        en: `downloading, ${formatBytes(received)} of ${formatBytes(total)}`,
        zh: `下载中，${formatBytes(received)} / ${formatBytes(total)}`,
      },
      done: received,
      total,
      secondsLeft: rate > 0 ? (total - received) / rate : undefined,
    });
  };
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** The warning that nobody may overlook: these are other pictures. */
function standIn(error: DataError) {
  const { rule, hint } = error;
  return {
    en: `This is NOT Fashion-MNIST. It could not be had (${rule.en}), so the run uses the embedded stand-in "garments", ten kinds of clothes that the program draws by itself. Its numbers cannot be compared with the book's.${hint ? `\nTo change this: ${hint.en}.` : ""}`,
    zh: `这不是 Fashion-MNIST。无法取得该数据集（${rule.zh}），因此本次运行使用内置的替代数据集“garments”，即由程序自己画出的十类服装。其结果不能与书中的数字相比。${hint ? `\n解决办法：${hint.zh}。` : ""}`,
  };
}

function localized({ path, rule }: DataError) {
  const head = path === undefined ? "" : `${path}: `;
  return { en: head + rule.en, zh: head + rule.zh };
}
