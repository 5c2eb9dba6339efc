// noGrad and enableGrad as functions, as scopes, with promises and errors, and nested.
import { afterEach, describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const tick = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

describe("noGrad", () => {
  afterEach(() => {
    const left = torch.isGradEnabled();
    torch.setGradEnabled(true);
    expect(left).toBe(true);
  });

  it("returns what its body returns and records nothing in it", () => {
    const x = torch.ones(2, { requiresGrad: true });
    const y = torch.noGrad(() => x.mul(2));
    expect(y.requiresGrad).toBe(false);
    expect(y.gradFn).toBe(null);
    expect(y.isLeaf).toBe(true);
    expect(x.mul(2).requiresGrad).toBe(true);
    expect(torch.noGrad(() => 5)).toBe(5);
  });

  it("ends when its body throws", () => {
    expect(() =>
      torch.noGrad(() => {
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(torch.isGradEnabled()).toBe(true);
  });

  it("ends with its block", () => {
    {
      using _ = torch.noGrad();
      expect(torch.isGradEnabled()).toBe(false);
      {
        using __ = torch.enableGrad();
        expect(torch.isGradEnabled()).toBe(true);
      }
      expect(torch.isGradEnabled()).toBe(false);
    }
    expect(torch.isGradEnabled()).toBe(true);
  });

  it("nests", () => {
    torch.noGrad(() => {
      torch.noGrad(() => expect(torch.isGradEnabled()).toBe(false));
      expect(torch.isGradEnabled()).toBe(false);
      torch.enableGrad(() => expect(torch.isGradEnabled()).toBe(true));
      expect(torch.isGradEnabled()).toBe(false);
    });
  });

  it("lasts until an asynchronous body has settled", async () => {
    const x = torch.ones(1, { requiresGrad: true });
    const done = torch.noGrad(async () => {
      await tick();
      return x.mul(2);
    });
    expect((await done).requiresGrad).toBe(false);
    expect(torch.isGradEnabled()).toBe(true);
    await expect(
      torch.noGrad(async () => {
        await tick();
        throw new Error("later");
      }),
    ).rejects.toThrow("later");
    expect(torch.isGradEnabled()).toBe(true);
  });

  it("survives asynchronous bodies that overlap and end in any order", async () => {
    for (const [first, second] of [
      [1, 20],
      [20, 1],
    ] as const) {
      const states: boolean[] = [];
      const body = (ms: number) => async () => {
        await tick(ms);
        states.push(torch.isGradEnabled());
      };
      await Promise.all([torch.noGrad(body(first)), torch.noGrad(body(second))]);
      expect(states).toEqual([false, false]);
      expect(torch.isGradEnabled()).toBe(true);
    }
  });

  it("lets scopes be disposed in any order, and twice", () => {
    const a = torch.noGrad();
    const b = torch.enableGrad();
    a[Symbol.dispose]();
    expect(torch.isGradEnabled()).toBe(true);
    b[Symbol.dispose]();
    expect(torch.isGradEnabled()).toBe(true);
    const c = torch.noGrad();
    a[Symbol.dispose]();
    expect(torch.isGradEnabled()).toBe(false);
    c[Symbol.dispose]();
  });

  it("does not disturb a backward pass inside it, nor is disturbed by it", () => {
    const x = torch.ones(1, { requiresGrad: true });
    const y = x.mul(3).sum();
    torch.noGrad(() => {
      y.backward();
      expect(torch.isGradEnabled()).toBe(false);
    });
    expect(x.grad!.item()).toBe(3);
    expect(x.grad!.requiresGrad).toBe(false);
  });

  it("can be switched by hand", () => {
    torch.setGradEnabled(false);
    expect(torch.ones(1, { requiresGrad: true }).mul(2).requiresGrad).toBe(false);
    torch.setGradEnabled(true);
  });
});
