/**
 * What the tool itself says of a program (a mistake in a policy, a store that refuses a declaration) may quote values of it.
 * Every such sentence passes here: a secret that stands in it, whole or as an excerpt, does not leave.
 */
import type { Recording, Value } from "../recording.ts";
import { formsOf, HIDDEN, SHORTEST_WITHIN_TEXT, secretTexts } from "./secret-texts.ts";
import { isObject, isSecret } from "./value.ts";

export type Hide = (text: string) => string;

/** A shorter part of a secret gives nothing away, and stands in many words. */
const SHORTEST_PART = 6;

/** They stand in secret policies, and sentences about permissions are of no use without them. */
const WORDS_OF_POLICIES =
  /^((s3|dynamodb|sqs|sns|sts|lambda|events|kms|ssm|secretsmanager|logs|xray|execute-api|scheduler|pipes):[A-Z*][A-Za-z*?]*|\d{4}-\d\d-\d\d|[a-z-]+\.amazonaws\.com)$/;

export const nothingHidden: Hide = (text) => text;

export function hideSecretsOf(recording: Recording): Hide {
  const secrets = secretTexts([recording]);
  if (secrets.size === 0) return nothingHidden;
  const plain = plainTexts(recording);
  const isOwn = (text: string) => plain.has(text) || WORDS_OF_POLICIES.test(text);
  const wanted = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < SHORTEST_WITHIN_TEXT || (secret.startsWith("arn:") && plain.has(secret))) continue;
    for (const form of formsOf(secret)) wanted.add(form);
    for (const leaf of leavesOf(secret)) if (leaf.length >= SHORTEST_PART && !isOwn(leaf)) wanted.add(leaf);
  }
  // The longest first: one may hold another.
  const texts = [...wanted].sort((one, other) => other.length - one.length);
  const all = [...secrets].join("\n");
  const isExcerpt = (part: string) => part.length >= SHORTEST_PART && !isOwn(part) && all.includes(part);
  return (text) => {
    let hidden = text;
    for (const secret of texts) if (hidden.includes(secret)) hidden = hidden.replaceAll(secret, HIDDEN);
    // As messages quote: between quotation marks, or a line of a document by itself.
    return hidden.replace(/[^"'\n]+/g, (part) => {
      const quoted = part.trim();
      return isExcerpt(quoted) ? part.replace(quoted, HIDDEN) : part;
    });
  };
}

/** The texts of a secret that is a JSON document, and those of its keys that are no words of a format. */
function leavesOf(secret: string): string[] {
  if (!/^\s*[[{]/.test(secret)) return [];
  try {
    const leaves: string[] = [];
    JSON.parse(secret, (key, value: unknown) => {
      if (typeof value === "string") leaves.push(value);
      if (/\d/.test(key)) leaves.push(key);
      return value;
    });
    return leaves;
  } catch {
    return [];
  }
}

/** What the program says elsewhere without a mark is known to whoever reads it. */
function plainTexts({ resources }: Recording): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (value: Value): void => {
    if (typeof value === "string") found.add(value);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value) && !isSecret(value)) Object.values(value).forEach(visit);
  };
  for (const { inputs, outputs } of resources) {
    visit(inputs);
    visit(outputs);
  }
  return found;
}
