import assert from "node:assert/strict";
import { SyntaxKind } from "ts-morph";
import { SourceText } from "../../scaffold/source-text.ts";

const VARIABLES = SyntaxKind.VariableStatement;

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
    file.tidyAfter("nests.ts", () => {
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

  it("leaves no use of what goes, and takes a name that is declared anew within a function for another one", () => {
    const source = (use: string) => `const spare = 1,
  nest = feed();
const named = (nest: string) => nest;
${use}
`;
    const remove = (use: string) => {
      const file = new SourceText(source(use));
      file.tidyAfter("nests.ts", () =>
        file.removeStatement(file.source.getStatementByKindOrThrow(VARIABLES)),
      );
      return file.text;
    };
    assert.equal(remove("named('nest');"), "const named = (nest: string) => nest;\nnamed('nest');\n");
    for (const use of [
      "export { nest as home };",
      "named({ nest });",
      "type Nest = typeof nest;",
      "nest.leave();",
    ])
      assert.throws(() => remove(use), {
        name: "UserError",
        message: `nests.ts still uses nest, which would go: ${use} Change that first. Nothing was written.`,
      });
  });
});
