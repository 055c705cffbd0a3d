import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Recording } from "../packages/tandem/program/recording.ts";
import { picturesOf } from "../packages/tandem/review/graph/pictures.ts";
import { recordedOnce } from "../packages/tandem/tests/support/recordings.ts";

const root = path.resolve(import.meta.dirname, "..");

describe("pictures in docs/", () => {
  let recording: Recording;

  before(async () => {
    recording = await recordedOnce({ cwd: root, stack: "prod" });
  });

  for (const picture of ["architecture", "dashboard"]) {
    for (const theme of ["light", "dark"]) {
      const name = `${picture}-${theme}.svg`;
      it(`${name} is what npm run graph draws today`, () => {
        const checkedIn = readFileSync(path.join(root, "docs", name), "utf8");
        assert.ok(picturesOf(recording).get(name) === checkedIn, `docs/${name} is old: npm run graph`);
      });
    }
  }

  it("do not depend on the order in which resources were registered", () => {
    const reversed = { ...recording, resources: recording.resources.toReversed() };
    assert.deepEqual(picturesOf(reversed), picturesOf(recording));
  });

  it("show every function, route and table of the program by name", () => {
    const svg = picturesOf(recording).get("architecture-light.svg") ?? "";
    const shown = recording.resources.filter(({ type }) =>
      ["aws:lambda/function:Function", "aws:dynamodb/table:Table"].includes(type),
    );
    assert.ok(shown.length > 0);
    for (const { name } of shown) assert.ok(svg.includes(`>${name}</text>`), `${name} is not in the picture`);
    for (const { type, inputs } of recording.resources) {
      if (type !== "aws:apigatewayv2/route:Route") continue;
      assert.ok(svg.includes(`>${String(inputs.routeKey).split(" ")[1]}</text>`), `${inputs.routeKey}`);
    }
  });

  it("have no dashboard where the program declares none", () => {
    const without = {
      ...recording,
      resources: recording.resources.filter(({ type }) => type !== "aws:cloudwatch/dashboard:Dashboard"),
    };
    assert.deepEqual([...picturesOf(without).keys()], ["architecture-light.svg", "architecture-dark.svg"]);
  });
});
