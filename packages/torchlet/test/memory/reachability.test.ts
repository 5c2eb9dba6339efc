// What the garbage collector answers in the middle of a synchronous loop.
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { findSurvivors, makeListable } from "../../src/engine/reachability.js";

class Member {
  constructor(readonly name: number) {}
}
makeListable(Member.prototype);

/** Members of which every third is also put into `held`. */
function members(count: number, held: Member[]): Member[] {
  return Array.from({ length: count }, (_, i) => {
    const member = new Member(i);
    if (i % 3 === 0) held.push(member);
    return member;
  });
}

describe("survivors", () => {
  const survivors = findSurvivors()!;

  it("can be asked for on Node", () => {
    expect(survivors).toBeTypeOf("function");
  });

  it.each([false, true])("are all that is held, once each, and empty the list (everything collected: %s)", (full) => {
    for (const count of [0, 1, 3, 99, 100, 101, 400, 5000]) {
      const held: Member[] = [];
      const list = members(count, held);
      const found = survivors(list, full)!;
      expect(list.length).toBe(0);
      expect(new Set(found).size).toBe(found.length);
      const set = new Set(found);
      expect(held.every((member) => set.has(member))).toBe(true);
    }
  });

  it("are few of what nobody holds", () => {
    const fresh = () => Array.from({ length: 300 }, (_, i) => new Member(i));
    // The best of several attempts: a list may linger in a register for a while.
    const fewest = (full: boolean) => Math.min(...[1, 2, 3, 4, 5].map(() => survivors(fresh(), full)!.length));
    expect(fewest(false)).toBeLessThan(30);
    expect(fewest(true)).toBeLessThan(30);
  });

  it("are found through whatever holds them", () => {
    const member = new Member(1);
    const holders = [() => member, new Map([[1, { member }]]), Promise.resolve(member)];
    expect(survivors([member], true)).toEqual([member]);
    expect(holders.length).toBe(3);
  });

  it("leave no global function behind, and print as ever", () => {
    expect("gc" in globalThis).toBe(false);
    expect(inspect(new Member(7))).toBe("Member { name: 7 }");
  });
});
