// Where numbers come from and how they are to be met, in both languages.
import { describe, expect, it } from "vitest";
import { everySeed, inMedian, largestDifference } from "../../src/experiments/expectations.js";
import { book, bookInPytorch, notes, paper, pytorch, sources } from "../../src/experiments/sources.js";

describe("sources", () => {
  it("name the book's pages with their folders", () => {
    expect(book("softmax-regression")).toEqual({
      en: "d2l, chapter_linear-networks/softmax-regression",
      zh: "《动手学深度学习》chapter_linear-networks/softmax-regression",
    });
    expect(book("mlp", { exercise: 3 }).en).toBe("d2l, chapter_multilayer-perceptrons/mlp, exercise 3");
    expect(book("mlp", { exercise: 3 }).zh).toMatch(/，练习 3$/);
    expect(book("mlp", { edition: "en", exercise: { en: "rank", zh: "秩" } })).toEqual({
      en: "d2l, chapter_multilayer-perceptrons/mlp (English edition), exercise on rank",
      zh: "《动手学深度学习》chapter_multilayer-perceptrons/mlp（英文版），关于秩的练习",
    });
    expect(book("dropout", { prints: "0.3303" }).en).toMatch(/dropout: 0\.3303$/);
  });

  it("name papers as they are cited", () => {
    expect(paper(1962, "Novikoff").en).toBe("Novikoff 1962");
    expect(paper(2010, "Glorot", "Bengio").en).toBe("Glorot and Bengio 2010");
    expect(paper(2015, "He", "Zhang", "Ren", "Sun").en).toBe("He et al. 2015");
    expect(paper(2010, "Glorot", "Bengio").zh).toBe("Glorot 与 Bengio（2010）");
  });

  it("are listed one after the other", () => {
    expect(sources(notes("3.6.1", "3.6.2"), bookInPytorch(["1", "2"]), pytorch("8e-31"), "c = f c")).toEqual({
      en: "notes, 3.6.1, 3.6.2; the book's code in PyTorch 2.13: 1 to 2; PyTorch 2.13: 8e-31; c = f c",
      zh: "笔记 3.6.1、3.6.2；书中代码在 PyTorch 2.13 下：1 至 2；PyTorch 2.13：8e-31；c = f c",
    });
  });
});

describe("expectations", () => {
  it("say for which seeds they are", () => {
    expect(everySeed("> 0.8")).toEqual({ en: "> 0.8 with every seed", zh: "> 0.8（每个种子）" });
    expect(inMedian(largestDifference("< 1e-6"))).toEqual({
      en: "largest difference < 1e-6 (median over the seeds)",
      zh: "最大差 < 1e-6（各种子的中位数）",
    });
  });
});
