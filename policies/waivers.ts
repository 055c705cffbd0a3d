/** Rules that this program breaks on purpose, each for one resource and with the reason. */
import type { Waiver } from "pulumi-tandem";

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
