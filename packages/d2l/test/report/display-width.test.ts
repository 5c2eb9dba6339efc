// Widths of text in a terminal, and breaking it.
import { describe, expect, it } from "vitest";
import { displayWidth, pad, truncate, wrap } from "../../src/report/terminal/display-width.js";

describe("displayWidth", () => {
  it.each([
    ["plain", 5],
    ["训练损失", 8],
    ["，。（）", 8],
    ["é", 1],
    ["e\u0301", 1],
    ["━┃⠿▀█✓✗·…λ", 10],
    ["👍", 2],
    ["\u001b[38;2;1;2;3mred\u001b[39m", 3],
    ["", 0],
  ])("%j", (text, width) => expect(displayWidth(text)).toBe(width));
});

it("pads by columns, not by characters", () => {
  expect(pad("损失", 6)).toBe("损失  ");
  expect(pad("1.5", 6, "start")).toBe("   1.5");
  expect(pad("toolong", 3)).toBe("toolong");
});

it("cuts without halving a wide character", () => {
  expect(truncate("训练损失", 8)).toBe("训练损失");
  expect(truncate("训练损失", 6)).toBe("训练…");
  expect(truncate("training", 5)).toBe("trai…");
  expect(truncate("training", 0)).toBe("");
});

describe("wrap", () => {
  it("breaks at spaces", () => {
    expect(wrap("the quick brown fox", 10)).toEqual(["the quick", "brown fox"]);
  });

  it("breaks long words where they must be", () => {
    expect(wrap("a abcdefghij b", 5)).toEqual(["a", "abcde", "fghij", "b"]);
  });

  it("breaks Chinese anywhere but before a closing mark", () => {
    expect(wrap("无法取得数据，使用内置数据。", 12)).toEqual(["无法取得数", "据，使用内置", "数据。"]);
  });

  it("keeps line ends and words among Chinese", () => {
    expect(wrap("one\ntwo", 10)).toEqual(["one", "two"]);
    expect(wrap("这不是 Fashion-MNIST。", 16)).toEqual(["这不是", "Fashion-MNIST。"]);
  });

  it.each([3, 7, 20, 60])("never exceeds %d columns", (width) => {
    const text = "这不是 Fashion-MNIST：数据集无法下载（没有网络），a very-long-word-that-does-not-fit 使用内置数据。";
    for (const line of wrap(text, width)) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    expect(wrap(text, width).join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  });
});
