/** Changes the text of a `Pulumi.<stack>.yaml` and leaves the rest of it, comments included, as it stands. */
import { parseDocument } from "yaml";

export type Setting = [key: string, value: unknown];

export function withSettings(text: string, project: string, settings: Setting[]): string {
  if (settings.length === 0) return text;
  const stack = parseDocument(text);
  for (const [key, value] of settings) {
    // The Pulumi CLI writes the long form.
    const long = `${project}:${key}`;
    stack.setIn(["config", stack.hasIn(["config", long]) ? long : key], value);
  }
  return stack.toString({ lineWidth: 0 });
}

/** How a stack's secrets are encrypted belongs to the state that it has somewhere. */
export function withoutState(text: string): string {
  return text.replace(/^(secretsprovider|encryptedkey|encryptionsalt): .*\n?/gm, "");
}
