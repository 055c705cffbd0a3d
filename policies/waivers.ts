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

export const waivers: Waiver[] = [
  {
    rule: "http-api/reads-guarded",
    resource: "api-GET/hello",
    stacks: ["prod"],
    reason: "It says that the service answers, to whoever watches it from outside, and nothing else.",
  },
  {
    rule: "http-api/reads-guarded",
    resource: "api-GET/openapi.json",
    stacks: ["prod"],
    reason: "Who wants a token has to read first what the service does; it holds no data.",
  },
];
