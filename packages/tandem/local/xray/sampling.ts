/** Which requests X-Ray follows: the first rule that matches decides, by so many a second and a share of the rest. */
import { declared } from "../../program/reading/resources.ts";
import { number, text, textMap } from "../../program/reading/value.ts";
import type { Recording } from "../../program/recording.ts";
import { RateLimit } from "../rate-limit.ts";

export const SAMPLING_RULE = "aws:xray/samplingRule:SamplingRule";

export interface SamplingRule {
  name: string;
  /** The lowest is asked first. */
  priority: number;
  /** Requests a second that are followed for certain. */
  reservoir: number;
  /** Share of all further ones, 0 to 1. */
  rate: number;
  host: string;
  method: string;
  path: string;
  serviceName: string;
  serviceType: string;
  resourceArn: string;
  /** Headers of a request that came to an API. */
  attributes: Record<string, string>;
}

/** Who asks whether a request is to be followed. */
export interface Sampled {
  serviceName: string;
  serviceType: "AWS::Lambda::Function" | "AWS::ApiGateway::Stage";
  resourceArn: string;
  /** What an invocation does not have is matched by `*` alone. */
  host?: string;
  method?: string;
  path?: string;
  attribute?(name: string): string | undefined;
}

/** Of every account; a program may declare one of this name in its place. */
const DEFAULT: SamplingRule = {
  name: "Default",
  priority: 10_000,
  reservoir: 1,
  rate: 0.05,
  host: "*",
  method: "*",
  path: "*",
  serviceName: "*",
  serviceType: "*",
  resourceArn: "*",
  attributes: {},
};

/** In the order in which they are asked. */
export function samplingRules(recording: Recording): SamplingRule[] {
  const rules = declared(recording, SAMPLING_RULE).map(({ name, inputs, outputs }): SamplingRule => {
    const pattern = (given: string | undefined) => given ?? "*";
    return {
      name: text(outputs.ruleName) ?? text(inputs.ruleName) ?? name,
      priority: number(inputs.priority) ?? DEFAULT.priority,
      reservoir: number(inputs.reservoirSize) ?? 0,
      rate: number(inputs.fixedRate) ?? 0,
      host: pattern(text(inputs.host)),
      method: pattern(text(inputs.httpMethod)),
      path: pattern(text(inputs.urlPath)),
      serviceName: pattern(text(inputs.serviceName)),
      serviceType: pattern(text(inputs.serviceType)),
      resourceArn: pattern(text(inputs.resourceArn)),
      attributes: textMap(inputs.attributes) ?? {},
    };
  });
  const own = rules.find(({ name }) => name === DEFAULT.name);
  // The account's own stands last, whatever else has its priority.
  const last = own ? { ...DEFAULT, reservoir: own.reservoir, rate: own.rate } : DEFAULT;
  const others = rules.filter((rule) => rule !== own);
  return [
    ...others.sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    last,
  ];
}

type Matches = (asked: Sampled) => boolean;

interface Working {
  rule: SamplingRule;
  reservoir: RateLimit;
  matches: Matches;
}

export class Sampler {
  /** Every request is followed, whatever the rules say. */
  all = false;
  readonly #random: () => number;
  readonly #now: () => number;
  #working: Working[] = [];

  constructor(random: () => number = Math.random, now: () => number = () => performance.now()) {
    this.#random = random;
    this.#now = now;
    this.use([DEFAULT]);
  }

  get rules(): SamplingRule[] {
    return this.#working.map(({ rule }) => rule);
  }

  /** The one that stands first in the list is asked first. */
  use(rules: readonly SamplingRule[]): void {
    this.#working = rules.map((rule) => ({
      rule,
      reservoir: new RateLimit(rule.reservoir, this.#now),
      matches: matcher(rule),
    }));
  }

  samples(asked: Sampled): boolean {
    if (this.all) return true;
    const found = this.#working.find(({ matches }) => matches(asked));
    if (!found) return false;
    return found.reservoir.take() || this.#random() < found.rule.rate;
  }
}

type Fits = (value: string | undefined) => boolean;

/** Only what the rule asks for is looked at: most rules take anything of almost all. */
function matcher({ attributes, ...rule }: SamplingRule): Matches {
  const conditions: Matches[] = [];
  for (const name of ["serviceType", "serviceName", "resourceArn", "host", "method", "path"] as const) {
    const fits = fitting(rule[name]);
    if (fits) conditions.push((asked) => fits(asked[name]));
  }
  for (const [name, pattern] of Object.entries(attributes)) {
    const fits = fitting(pattern);
    if (fits) conditions.push((asked) => fits(asked.attribute?.(name)));
  }
  return (asked) => conditions.every((matches) => matches(asked));
}

/** `*` is any text, `?` any character; case does not count, as in AWS's SDKs. Undefined where everything fits. */
function fitting(pattern: string): Fits | undefined {
  if (pattern === "*") return undefined;
  const lower = pattern.toLowerCase();
  return (value) => value !== undefined && isLike(lower, value.toLowerCase());
}

/** Without a regular expression: one made of many stars would take for ever on a text that nearly fits. */
function isLike(pattern: string, value: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  let index = 0;
  while (index < value.length) {
    if (pattern[at] === "*") {
      star = at++;
      retry = index;
    } else if (pattern[at] === "?" || (at < pattern.length && pattern[at] === value[index])) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++retry;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
