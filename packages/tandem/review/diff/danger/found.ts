/** What each of the looks at a change finds, before it is known as a danger of one resource. */
import type { DangerKind } from "../diff.ts";
import { typeName } from "../names.ts";

export type Found = [DangerKind, string];

export function describe({ type, name }: { type: string; name: string }): string {
  return `${typeName(type)} "${name}"`;
}
