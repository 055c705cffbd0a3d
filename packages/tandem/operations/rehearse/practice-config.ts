/** The file of a stack as a rehearsal deploys it: what only the real stack has is replaced by something of the same form. */
import { isScalar, parseDocument, visit } from "yaml";
import { isPlaceholder, withStandIn } from "../../local/doctor/placeholders.ts";
import { localSecrets, secretsFile } from "../../local/local-secrets.ts";
import { readProject } from "../../program/project.ts";
import type { Value } from "../../program/recording.ts";
import { withoutState } from "../../scaffold/stack-file.ts";

export interface PracticeConfig {
  /** Without secrets, and without what they are encrypted with. */
  text: string;
  /** Full key and value. */
  secrets: [key: string, value: string][];
  /** How many placeholders were replaced. */
  replaced: number;
}

/** @returns what to do first, where it cannot be made */
export function practiceConfig(cwd: string, stack: string, text: string): PracticeConfig | string[] {
  const { name, config } = readProject({ cwd, stack });
  const keys = Object.entries(config).flatMap(([key, { secret }]) => (secret ? [key] : []));
  const known = localSecrets({ cwd, stack });
  const missing = keys.filter((key) => known[key] === undefined);
  if (missing.length > 0) {
    return [
      `what is encrypted in Pulumi.${stack}.yaml is not read here; values to practise with go into ${secretsFile(cwd)}:`,
      `  ${stack}:`,
      ...missing.map((key) => `    ${key}: <value of the same form>`),
    ];
  }
  const document = parseDocument(withoutState(text));
  for (const key of keys) {
    const short = key.startsWith(`${name}:`) ? key.slice(name.length + 1) : key;
    for (const written of [key, short]) document.deleteIn(["config", written]);
  }
  return {
    secrets: keys.map((key) => [key, asText(known[key] as Value)]),
    replaced: replacePlaceholders(document),
    text: document.toString({ lineWidth: 0 }),
  };
}

function replacePlaceholders(document: ReturnType<typeof parseDocument>): number {
  let replaced = 0;
  visit(document, {
    Scalar(key, node) {
      if (key === "key" || !isScalar(node) || typeof node.value !== "string") return;
      if (!isPlaceholder(node.value)) return;
      node.value = withStandIn(node.value);
      replaced += 1;
    },
  });
  return replaced;
}

function asText(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
