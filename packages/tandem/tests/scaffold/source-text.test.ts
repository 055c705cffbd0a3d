import assert from "node:assert/strict";
import { SourceText } from "../../scaffold/source-text.ts";

describe("SourceText", () => {
  it("takes away what was in use and is not any more, one after another, and nothing that is exported", () => {
    const file = new SourceText(`import { feed, water } from "./care.ts";

export const crumbs = 1;
export function scatter() {}
const idle = 2;
const meal = feed(crumbs, scatter);
const bath = water();

new Nest("nest", { meal, bath: 1 });
`);
    file.tidyAfter(() => {
      file.text = file.text.replace("{ meal, bath: 1 }", "{ bath }");
    });
    assert.equal(
      file.text,
      `import { water } from "./care.ts";

export const crumbs = 1;
export function scatter() {}
const idle = 2;
const bath = water();

new Nest("nest", { bath });
`,
    );
  });
});
