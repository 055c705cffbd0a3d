/** What each service takes for a name, and how the mistake of a name that it does not take is told. */

interface NameRule {
  /** The thing that has the name, and whose rule it is. */
  what: string;
  service: string;
  longest: number;
  /** Every character it takes, as a regular expression for one. */
  character: RegExp;
  /** The same for people. */
  takes: string;
  /** Characters that the component puts behind the name, and what they are. */
  behind?: { length: number; what: string };
  /** What else is wrong with a name whose characters are right. */
  refuse?: (name: string) => string | undefined;
}

const word = { character: /[a-zA-Z0-9_-]/, takes: "letters, digits, - and _" };
const identity = { service: "IAM", character: /[\w+=,.@-]/, takes: "letters, digits and _+=,.@-" };
const text = { character: /[^\p{C}]/u, takes: "everything but control characters" };

/** Of the API references of the services, https://docs.aws.amazon.com/ and https://www.mongodb.com/docs/atlas/, 2026-11-26. */
const rules = {
  function: { what: "function", service: "Lambda", longest: 64, ...word },
  role: { what: "role", longest: 64, ...identity },
  policy: { what: "policy", longest: 128, ...identity },
  table: {
    what: "table",
    service: "DynamoDB",
    longest: 255,
    character: /[\w.-]/,
    takes: "letters, digits, -, _ and .",
  },
  bucket: {
    what: "bucket",
    service: "S3",
    longest: 63,
    behind: { length: 13, what: "the account's number" },
    // Not the dots that S3 takes besides: TLS certificates do not cover them.
    character: /[a-z0-9-]/,
    takes: "small letters, digits and -",
    refuse: hyphenAtAnEnd,
  },
  queue: {
    what: "queue",
    service: "SQS",
    longest: 80,
    character: word.character,
    takes: `${word.takes} (FIFO queues, which end in .fifo, are not supported)`,
  },
  topic: { what: "topic", service: "SNS", longest: 256, ...word },
  api: { what: "API", service: "API Gateway", longest: 128, ...text },
  schedule: {
    what: "schedule",
    service: "EventBridge Scheduler",
    longest: 64,
    character: /[\w.-]/,
    takes: "letters, digits, -, _ and .",
  },
  logGroup: {
    what: "log group",
    service: "CloudWatch Logs",
    // Of 512, without the longest prefix that is used here, /aws/vendedlogs/apigateway/.
    longest: 485,
    character: /[\w./#-]/,
    takes: "letters, digits and _-/.#",
  },
  alarm: { what: "alarm", service: "CloudWatch", longest: 255, ...text },
  dashboard: { what: "dashboard", service: "CloudWatch", longest: 255, ...word },
  sampling: { what: "sampling rule", service: "X-Ray", longest: 32, ...text },
  /** May hold the wildcards * and ?. */
  traced: { what: "pattern of traced services", service: "X-Ray", longest: 64, ...text },
  securityGroup: {
    what: "security group",
    service: "EC2",
    longest: 255,
    character: /[\w .\-:/()#,@[\]+=&;{}!$*]/,
    takes: "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*",
    refuse: (name) => (name.startsWith("sg-") ? "begins with sg-, as ids do" : undefined),
  },
  tag: { what: "tag", service: "AWS", longest: 256, ...text },
  keyAlias: {
    what: "alias of a key",
    service: "KMS",
    // Of 256, without the prefix alias/.
    longest: 250,
    character: /[\w/-]/,
    takes: "letters, digits, /, _ and -",
  },
  atlasProject: {
    what: "project in Atlas",
    service: "Atlas",
    longest: 64,
    character: /[\p{L}\p{N} \-_.(),:&@+']/u,
    takes: "letters, digits, spaces and -_.(),:&@+'",
  },
  atlasCluster: {
    what: "cluster",
    service: "Atlas",
    longest: 64,
    character: /[a-zA-Z0-9-]/,
    takes: "letters, digits and -",
    refuse: hyphenWhereAtlasCuts,
  },
} satisfies Record<string, NameRule>;

export type NameKind = keyof typeof rules;

export const nameRules: Record<NameKind, NameRule> = rules;

export interface NameParts {
  project: string;
  stack: string;
  /** Logical name of a component. */
  name: string;
  /** What the component puts behind it for one of its resources. */
  suffix?: string;
}

export function joinName({ project, stack, name, suffix = "" }: NameParts): string {
  return `${project}-${stack}-${name}${suffix}`;
}

/** One sentence with the name, its kind, the limit and the shortest way out; undefined for a name that the service takes. */
export function nameMistake(kind: NameKind, parts: NameParts): string | undefined {
  const { what, service, longest, character, takes, behind, refuse } = nameRules[kind];
  const whole = joinName(parts);
  const named = `The name "${whole}" of a ${what}`;
  for (const part of ["project", "stack", "name"] as const) {
    const wrong = [...parts[part]].find((one) => !character.test(one));
    if (wrong === undefined) continue;
    const remedy = wayOut(part, parts[part], character);
    return `${named} holds ${JSON.stringify(wrong)}; ${service} takes ${takes}. ${remedy}`;
  }
  const length = whole.length + (behind?.length ?? 0);
  if (length > longest) {
    const with_ = behind ? ` with ${behind.what} behind it` : "";
    return (
      `${named} has ${length} characters${with_}; ${service} takes ${longest}. ` +
      `Make "${parts.name}", the stack "${parts.stack}" or the project "${parts.project}" shorter by ${length - longest}.`
    );
  }
  const other = refuse?.(whole);
  return other && `${named} ${other}. Call "${parts.name}" something else, or the stack or the project.`;
}

/** What takes the place of a part with wrong characters. */
function wayOut(part: keyof NameParts, value: string, character: RegExp): string {
  const better = JSON.stringify(fitting(value, part === "name" ? character : nameRules.bucket.character));
  if (part === "project") return `Set name: ${better} in Pulumi.yaml instead of ${JSON.stringify(value)}.`;
  return `Call ${part === "stack" ? "the stack" : "it"} ${better} instead of ${JSON.stringify(value)}.`;
}

/** `importFiles` → `import-files` where capitals are refused, `daily.reports` → `daily-reports`. */
function fitting(value: string, character: RegExp): string {
  const cased = character.test("A") ? value : value.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
  const parts = [...cased].map((one) => (character.test(one) ? one : "-")).join("");
  return parts.replace(/-+/g, "-").replace(/^-|-$/g, "");
}

function hyphenAtAnEnd(name: string): string | undefined {
  return /^-|-$/.test(name) ? `${name.startsWith("-") ? "begins" : "ends"} with a hyphen` : undefined;
}

/** Atlas itself works with the first 23 characters, and they must not end with a hyphen. */
function hyphenWhereAtlasCuts(name: string): string | undefined {
  const cut = name.slice(0, 23);
  return cut.endsWith("-") && cut !== name
    ? `ends with a hyphen where Atlas cuts it, after ${cut.length} characters: "${cut}"`
    : hyphenAtAnEnd(name);
}

/** A variable of a function's environment. */
const variable = { character: /[A-Z0-9_]/, first: /^[A-Z]/ };

/** Variable prefix of a component: `orders` → `ORDERS`, `daily-reports` → `DAILY_REPORTS`. */
export function variableOf(logicalName: string): string {
  return logicalName.replaceAll("-", "_").toUpperCase();
}

export function variableMistake(logicalName: string): string | undefined {
  const prefix = variableOf(logicalName);
  const wrong = [...prefix].find((one) => !variable.character.test(one));
  if (wrong === undefined && variable.first.test(prefix)) return undefined;
  const why = wrong === undefined ? "begins with no letter" : `holds ${JSON.stringify(wrong)}`;
  const better = fitting(logicalName, /[a-zA-Z0-9_-]/).replace(/^[^a-zA-Z]+/, "");
  return (
    `The variable ${prefix}_… that "${logicalName}" gives to functions ${why}; Lambda takes letters, digits and _, a letter ` +
    `first. Call it ${better === "" ? "otherwise" : JSON.stringify(better)} instead of ${JSON.stringify(logicalName)}.`
  );
}
