/** Answers `new pulumi.StackReference(…)`: the outputs of other stacks come from whoever records, never from a backend. */
import type { MadeUp } from "./outputs/outputs.ts";
import { containsSecret } from "./reading/value.ts";
import type { Values } from "./recording.ts";
import { toWire } from "./values.ts";

/** Full name of a stack (`organisation/project/stack`, as the program writes it) → its outputs. */
export type StackReferences = Record<string, Values>;

export function readStackReference(name: string, known: StackReferences): MadeUp {
  const outputs = known[name];
  if (outputs === undefined) {
    const answered = Object.keys(known);
    throw new Error(
      `the program reads the outputs of stack "${name}", which nobody answers. ` +
        `Give them in recording.yaml, under stackReferences: "${name}": { … }` +
        (answered.length === 0 ? "" : ` (answered: ${answered.join(", ")})`),
    );
  }
  const secretOutputNames = Object.keys(outputs).filter((key) => containsSecret(outputs[key] ?? null));
  const wire = Object.fromEntries(Object.entries(outputs).map(([key, value]) => [key, toWire(value)]));
  return { id: name, outputs: { name, outputs: wire, secretOutputNames } };
}
