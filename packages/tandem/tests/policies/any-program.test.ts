import assert from "node:assert/strict";
import fc from "fast-check";
import { check } from "../../policies/check.ts";
import { recordProgram } from "../../program/record-program.ts";
import type { Recording, Value, Values } from "../../program/recording.ts";
import { fixture } from "../program/fixtures.ts";
import { recordedProgram } from "../support/recordings.ts";

/** A change somewhere in a recorded program: which resource, which of its inputs, and what stands there afterwards. */
interface Edit {
  resource: number;
  input: number;
  value: Value | undefined;
}

const anyValue: fc.Arbitrary<Value | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.constant<Value>({ $: "unknown" }),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Value>,
  fc.jsonValue({ maxDepth: 1 }).map((value) => ({ $: "secret", value: value as Value }) as Value),
  fc.constantFrom<Value>([null], ["text"], [[]], {}, { subnetIds: ["subnet-1"] }),
  // What neither a number nor a text can be made of.
  fc.constantFrom<Value>({ toString: 1 }, [{ toString: 1 }], { variables: { a: { toString: 1 } } }),
  fc.constantFrom<Value>(
    "{",
    "null",
    '"*"',
    '{"Statement":{}}',
    '{"Statement":[null]}',
    '{"Statement":[{"Action":[7]}]}',
    '{"Statement":[{"Effect":"Allow"}]}',
  ),
);
const anyEdit: fc.Arbitrary<Edit> = fc.record({ resource: fc.nat(), input: fc.nat(), value: anyValue });

function edited(recording: Recording, edits: Edit[]): Recording {
  const copy = structuredClone(recording);
  for (const { resource, input, value } of edits) {
    const inputs: Values = copy.resources[resource % copy.resources.length]?.inputs ?? {};
    const key = Object.keys(inputs).at(input % Math.max(1, Object.keys(inputs).length));
    if (key === undefined) continue;
    if (value === undefined) delete inputs[key];
    else inputs[key] = value;
  }
  return copy;
}

describe("rules over any program", () => {
  it("judge whatever stands in its inputs, without failing themselves", async () => {
    const recording = await recordProgram({ cwd: fixture("sound"), stack: "prod", bundle: false });
    fc.assert(
      fc.property(fc.array(anyEdit, { minLength: 20, maxLength: 200 }), (edits) => {
        const { violations } = check(edited(recording, edits));
        for (const { rule, urn, message } of violations) assert.ok(rule && urn && message);
      }),
      { numRuns: 30 },
    );
  });

  it("have nothing against a program without resources", () => {
    assert.deepEqual(check(recordedProgram([], { stack: "prod" })).violations, []);
  });
});
