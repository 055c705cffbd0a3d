import assert from "node:assert/strict";
import fc from "fast-check";
import type { Recording, Value } from "../../../program/recording.ts";
import { compare } from "../../../review/diff/compare.ts";
import { isEmpty } from "../../../review/diff/diff.ts";
import { anyRecording } from "../support/arbitrary.ts";
import { forwards, mirrored } from "../support/mirror.ts";

describe("compare", () => {
  it("finds no difference between a program and itself", () => {
    fc.assert(
      fc.property(anyRecording, (recording) => {
        assert.ok(isEmpty(compare({ recording }, { recording: structuredClone(recording) })));
      }),
    );
  });

  it("finds no difference when source or properties stand in another order", () => {
    fc.assert(
      fc.property(anyRecording, (recording) => {
        assert.deepEqual(compare({ recording }, { recording: reordered(recording) }).resources, []);
        assert.ok(isEmpty(compare({ recording: reordered(recording) }, { recording })));
      }),
    );
  });

  it("says the same of any two programs from either end", () => {
    fc.assert(
      fc.property(anyRecording, anyRecording, fc.boolean(), (one, other, aliasesFirst) => {
        // One of them renames. Where both do, each calls the other's names its own, and what the engine does is no mirror.
        const [before, after] = aliasesFirst ? [one, withoutAliases(other)] : [withoutAliases(one), other];
        const there = compare({ recording: before }, { recording: after });
        const back = compare({ recording: after }, { recording: before });
        assert.deepEqual(forwards(back), mirrored(there));
      }),
      { numRuns: 500 },
    );
  });

  it("says the same from either end where one program is not there", () => {
    fc.assert(
      fc.property(anyRecording, (recording) => {
        assert.deepEqual(forwards(compare({ recording }, {})), mirrored(compare({}, { recording })));
      }),
    );
  });

  it("counts every resource once", () => {
    fc.assert(
      fc.property(anyRecording, anyRecording, (before, after) => {
        const { created, deleted, replaced, renamed, changed, unchanged } = compare(
          { recording: before },
          { recording: after },
        ).summary;
        const pseudo = 3;
        const kept = replaced + renamed + changed + unchanged;
        assert.ok(
          created + kept >= after.resources.length && created + kept <= after.resources.length + pseudo,
        );
        assert.ok(
          deleted + kept >= before.resources.length && deleted + kept <= before.resources.length + pseudo,
        );
      }),
    );
  });
});

function withoutAliases(recording: Recording): Recording {
  return { ...recording, resources: recording.resources.map((resource) => ({ ...resource, aliases: [] })) };
}

/** The same program, written down from the end. */
function reordered(recording: Recording): Recording {
  const resources = recording.resources.map((resource) => ({
    ...resource,
    inputs: backwards(resource.inputs) as typeof resource.inputs,
  }));
  return { ...recording, resources: resources.reverse() };
}

/** Keys the other way round, and lists only within policies, whose order means nothing. */
function backwards(value: Value): Value {
  if (typeof value === "string" && value.startsWith("{"))
    return JSON.stringify(policyBackwards(JSON.parse(value)), null, 2);
  if (Array.isArray(value)) return value.map(backwards);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, backwards(item)]),
  );
}

function policyBackwards(value: Value): Value {
  if (Array.isArray(value)) return value.map(policyBackwards).reverse();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, policyBackwards(item)]),
  );
}
