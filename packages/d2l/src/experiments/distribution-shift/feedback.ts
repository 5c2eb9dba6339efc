// A model that makes the data it learns from: patrols go where crime was recorded, crime is recorded where patrols are.
import * as torch from "torchlet";

/**
 * What the patrols follow: the squares of the records (hot spots first), the records as they are, or records per patrol.
 */
export const rules = {
  squares: (recorded: number) => recorded ** 2,
  records: (recorded: number) => recorded,
  perPatrol: (recorded: number, sent: number) => recorded / sent,
} as const;

export type Rule = keyof typeof rules;

/** Crimes that a patrol records a day, the same in both districts; patrols a day. */
const [rate, patrols] = [0.1, 100];

/** Two districts that are alike; returns the first one's share of the patrols, day by day. */
export function patrol(days: number, rule: Rule): number[] {
  // The past: one recorded case more in the first district than in the second, with as many patrols.
  const recorded = [11, 10];
  const sent = [100, 100];
  const shares: number[] = [];
  for (let day = 0; day < days; day++) {
    const [first, second] = recorded.map((cases, i) => rules[rule](cases, sent[i]!)) as [number, number];
    const share = first / (first + second);
    shares.push(share);
    const here = Math.round(patrols * share);
    for (const [i, n] of [here, patrols - here].entries()) {
      recorded[i]! += torch.rand(n).lt(rate).sum().item();
      sent[i]! += n;
    }
  }
  return shares;
}
