import assert from "node:assert/strict";
import fc from "fast-check";
import { check as checkWith } from "../../policies/check.ts";
import { allRules } from "../../policies/rules/all.ts";
import { waiversOf } from "../../policies/waivers.ts";
import type { Recording, Value, Values } from "../../program/recording.ts";
import { fixture } from "../program/fixtures.ts";
import { recordedOnce, recordedProgram } from "../support/recordings.ts";
import { accessMutants } from "./mutants/access.ts";
import { alarmsMutants } from "./mutants/alarms.ts";
import { atlasMutants } from "./mutants/atlas.ts";
import { computeMutants } from "./mutants/compute.ts";
import { databasesMutants } from "./mutants/databases.ts";
import { dynamodbMutants } from "./mutants/dynamodb.ts";
import { edgeMutants } from "./mutants/edge.ts";
import { httpApiMutants } from "./mutants/http-api.ts";
import { iamMutants } from "./mutants/iam.ts";
import { lambdaMutants } from "./mutants/lambda.ts";
import { logsMutants } from "./mutants/logs.ts";
import { messagingMutants } from "./mutants/messaging.ts";
import { pulumiMutants } from "./mutants/pulumi.ts";
import { s3Mutants } from "./mutants/s3.ts";
import { vpcMutants } from "./mutants/vpc.ts";
import { add, type Mutants } from "./support/mutant.ts";
import { addEverythingGood } from "./support/other-kinds.ts";

/** One file a file of rules, of the same name. */
const files: Record<string, Mutants> = {
  access: accessMutants,
  alarms: alarmsMutants,
  atlas: atlasMutants,
  compute: computeMutants,
  databases: databasesMutants,
  dynamodb: dynamodbMutants,
  edge: edgeMutants,
  "http-api": httpApiMutants,
  iam: iamMutants,
  lambda: lambdaMutants,
  logs: logsMutants,
  messaging: messagingMutants,
  pulumi: pulumiMutants,
  s3: s3Mutants,
  vpc: vpcMutants,
};
const mutants: Mutants = Object.assign({}, ...Object.values(files));

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

const stacks = ["dev", "prod"] as const;
const sound = fixture("sound");
const waivers = await waiversOf(sound);
const check = (recording: Recording) => checkWith(recording, { waivers });

describe("rules", () => {
  const recorded = {} as Record<(typeof stacks)[number], Recording>;

  before(async () => {
    for (const stack of stacks) {
      recorded[stack] = await recordedOnce({ cwd: sound, stack });
    }
  });

  for (const stack of stacks) {
    it(`are all kept by the program of ${stack}, and no waiver is wrong or unneeded`, () => {
      const { violations, waiverMistakes } = check(recorded[stack]);
      assert.deepEqual(
        violations.map(({ rule, resource, message }) => `${rule} ${resource}: ${message}`),
        [],
      );
      assert.deepEqual(waiverMistakes, []);
    });
  }

  it("have nothing against other kinds of resources that are as they should be", () => {
    const more = structuredClone(recorded.prod);
    addEverythingGood(more);
    assert.deepEqual(
      check(more).violations.map(({ rule, message }) => `${rule}: ${message}`),
      [],
    );
    assert.deepEqual(check(more).unjudged, []);
  });

  it("leave an image's runtime to the image", () => {
    const changed = structuredClone(recorded.prod);
    const lambda = changed.resources.find(({ type }) => type === "aws:lambda/function:Function");
    assert.ok(lambda);
    delete lambda.inputs.runtime;
    lambda.inputs.packageType = "Image";
    assert.deepEqual(check(changed).violations, []);
  });

  it("name the types that none of them knows, reads and waived ones included in none of it", () => {
    const changed = structuredClone(recorded.dev);
    add(changed, "aws:quicksight/user:User", {});
    add(changed, "aws:lambda/function:Function", {}).read = true;
    assert.deepEqual(check(changed).unjudged, [{ type: "aws:quicksight/user:User", count: 1 }]);
    assert.deepEqual(check(recorded.dev).unjudged, []);
    assert.deepEqual(check(recorded.prod).unjudged, []);
  });

  it("judge whatever stands in the inputs of a program, without failing themselves", () => {
    fc.assert(
      fc.property(fc.array(anyEdit, { minLength: 20, maxLength: 200 }), (edits) => {
        const { violations } = checkWith(edited(recorded.prod, edits));
        for (const { rule, urn, message } of violations) assert.ok(rule && urn && message);
      }),
      { numRuns: 30 },
    );
  });

  it("have nothing against a program without resources", () => {
    assert.deepEqual(checkWith(recordedProgram([], { stack: "prod" })).violations, []);
  });

  it("have ids of their own, a title and a remedy", () => {
    const ids = allRules.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
    for (const { id, title, remedy } of allRules) {
      assert.match(id, /^[a-z0-9-]+\/[a-z0-9-]+$/);
      assert.ok(title.length > 0 && remedy.endsWith("."), id);
    }
  });

  it("each have a mutant, and no mutant is without its rule", () => {
    assert.deepEqual(Object.keys(mutants).sort(), allRules.map(({ id }) => id).sort());
  });

  for (const [file, own] of Object.entries(files)) {
    it(`of rules/${file}.ts have their mutants in mutants/${file}.ts`, async () => {
      const rules = Object.values(await import(`../../policies/rules/${file}.ts`)).flat() as {
        id?: string;
      }[];
      assert.deepEqual(
        Object.keys(own),
        rules.map(({ id }) => id).filter((id) => id !== undefined),
      );
    });
  }

  for (const [rule, changes] of Object.entries(mutants)) {
    for (const { change, stack = "prod", mutate } of changes) {
      it(`${rule} alone notices in ${stack} that ${change}`, () => {
        const changed = structuredClone(recorded[stack]);
        mutate(changed);
        const broken = new Set(check(changed).violations.map((violation) => violation.rule));
        assert.deepEqual([...broken], [rule]);
      });
    }
  }
});
