// Where an expected value comes from, worded the same everywhere.
import type { Localized } from "torchlet";
import { bothOf, type Wording } from "../report/text/wording.js";

const networks = "chapter_multilayer-perceptrons";
const linear = "chapter_linear-networks";
const classification = "chapter_linear-classification";

/** Pages of the book that experiments cite, with the folder that they lie in. */
const pages = {
  "linear-regression": linear,
  "linear-regression-scratch": linear,
  "linear-regression-concise": linear,
  "image-classification-dataset": linear,
  "softmax-regression": linear,
  "softmax-regression-scratch": linear,
  "softmax-regression-concise": linear,
  mlp: networks,
  "mlp-scratch": networks,
  "mlp-concise": networks,
  "underfit-overfit": networks,
  "weight-decay": networks,
  dropout: networks,
  backprop: networks,
  "numerical-stability-and-init": networks,
  environment: networks,
  "generalization-deep": networks,
  "generalization-classification": classification,
  "kaggle-house-price": networks,
} as const;

/** Where the English edition has moved a page. */
const moved: { readonly [page in BookPage]?: string } = { "weight-decay": "chapter_linear-regression" };

/** A page of the book. */
export type BookPage = keyof typeof pages;

/** Where on the page. */
export interface BookPlace {
  /** The number of an exercise, or what it is about where the edition has no numbers. */
  readonly exercise?: number | Localized;
  /** `"en"` for what only the English edition has. */
  readonly edition?: "en";
  /** What is printed there, in digits: `"0.000051"`. */
  readonly prints?: string;
}

/**
 * A page of *Dive into Deep Learning*.
 *
 * @example
 * book("mlp", { exercise: 3 }); // d2l, chapter_multilayer-perceptrons/mlp, exercise 3
 */
export function book(page: BookPage, { exercise, edition, prints }: BookPlace = {}): Localized {
  const [about, number] = typeof exercise === "number" ? [undefined, exercise] : [exercise, undefined];
  const english = {
    en: edition === "en" ? " (English edition)" : "",
    zh: edition === "en" ? "（英文版）" : "",
  };
  const task = {
    en: number !== undefined ? `, exercise ${number}` : about === undefined ? "" : `, exercise on ${about.en}`,
    zh: number !== undefined ? `，练习 ${number}` : about === undefined ? "" : `，关于${about.zh}的练习`,
  };
  const path = `${(edition === "en" ? moved[page] : undefined) ?? pages[page]}/${page}`;
  return {
    en: `d2l, ${path}${english.en}${task.en}${prints === undefined ? "" : `: ${prints}`}`,
    zh: `《动手学深度学习》${path}${english.zh}${task.zh}${prints === undefined ? "" : `：${prints}`}`,
  };
}

/** Sections of the notes: `notes("3.6.2.3")`. */
export function notes(...sections: readonly string[]): Localized {
  return { en: `notes, ${sections.join(", ")}`, zh: `笔记 ${sections.join("、")}` };
}

/** Runs of PyTorch 2.13 that reference numbers come from; what was run, or what it gave. */
export function pytorch(detail?: Wording): Localized {
  if (detail === undefined) return { en: "PyTorch 2.13", zh: "PyTorch 2.13" };
  const { en, zh } = bothOf(detail);
  return { en: `PyTorch 2.13: ${en}`, zh: `PyTorch 2.13：${zh}` };
}

/** The book's code, run in PyTorch 2.13: `"0.382 to 0.384"` as `["0.382", "0.384"]`. */
export function bookInPytorch(range?: readonly [string, string]): Localized {
  const code = { en: "the book's code in PyTorch 2.13", zh: "书中代码在 PyTorch 2.13 下" };
  if (range === undefined) return code;
  const [low, high] = range;
  return { en: `${code.en}: ${low} to ${high}`, zh: `${code.zh}：${low} 至 ${high}` };
}

/**
 * A paper by its authors and its year.
 *
 * @example
 * paper(2010, "Glorot", "Bengio"); // Glorot and Bengio 2010
 * paper(2015, "He", "Zhang", "Ren", "Sun"); // He et al. 2015
 */
export function paper(year: number, ...authors: readonly [string, ...string[]]): Localized {
  const [first, second, third] = authors;
  if (second === undefined) return { en: `${first} ${year}`, zh: `${first}（${year}）` };
  if (third === undefined) return { en: `${first} and ${second} ${year}`, zh: `${first} 与 ${second}（${year}）` };
  return { en: `${first} et al. ${year}`, zh: `${first} 等（${year}）` };
}

/** Several sources, one after the other. */
export function sources(...all: readonly Wording[]): Localized {
  const texts = all.map(bothOf);
  return { en: texts.map(({ en }) => en).join("; "), zh: texts.map(({ zh }) => zh).join("；") };
}
