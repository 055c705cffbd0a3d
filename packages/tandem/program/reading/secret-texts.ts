/** The texts that a recording marks as secret, and the forms in which they stand elsewhere. Hiding them is up to who shows something. */
import type { Recording, Value } from "../recording.ts";
import { isKind, isObject, withoutSecrets } from "./value.ts";

export const HIDDEN = "[secret]";

/** A shorter secret is hidden only where it is the whole text: it would be found in every other word. */
export const SHORTEST_WITHIN_TEXT = 4;

/** Every text that is a secret, or a leaf of one. */
export function secretTexts(recordings: readonly (Recording | undefined)[]): Set<string> {
  const found = new Set<string>();
  const visit = (value: Value): void => {
    if (isKind(value, "secret")) leaves(value.value, found);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value)) Object.values(value).forEach(visit);
  };
  for (const recording of recordings) {
    if (recording === undefined) continue;
    visit(recording.config);
    visit(recording.outputs);
    for (const { inputs, outputs } of recording.resources) {
      visit(inputs);
      visit(outputs);
    }
  }
  found.delete("");
  return found;
}

function leaves(value: Value, found: Set<string>): void {
  const plain = withoutSecrets(value);
  if (typeof plain === "string") found.add(plain);
  else if (typeof plain === "number") found.add(String(plain));
  else if (Array.isArray(plain)) for (const item of plain) leaves(item, found);
  else if (isObject(plain)) for (const item of Object.values(plain)) leaves(item, found);
}

/** The ways in which a secret stands in a longer text: as it is, escaped, in base64. */
export function formsOf(secret: string): string[] {
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed())];
  // Twice escaped: JSON within JSON, as policies in templates are.
  forms.push(JSON.stringify(forms[1]).slice(1, -1));
  return [...new Set([...forms, ...forms.slice(0, 2).flatMap(base64Forms)])];
}

/**
 * What of the secret stands in base64 wherever it starts: base64 takes three bytes at a time, so there are three ways a
 * text can look within a longer one. Digits that its neighbours have a part in are left out.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms = new Set([bytes.toString("base64"), bytes.toString("base64url")]);
  for (const before of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const digits = encoded.slice(from, to);
    if (digits.length < SHORTEST_WITHIN_TEXT) continue;
    forms.add(digits);
    forms.add(digits.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return [...forms];
}
