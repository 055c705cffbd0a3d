/** Rules that this program breaks on purpose, each for one resource and with the reason. */

export interface Waiver {
  /** Id of the rule. */
  rule: string;
  /** Logical name of the resource. */
  resource: string;
  /** Where the reason holds. */
  stacks: string[];
  /** Why the rule may be broken, for whoever audits this. */
  reason: string;
}

export const waivers: Waiver[] = [];
