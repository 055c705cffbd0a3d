import assert from "node:assert/strict";
import { recordProgram } from "../../program/record-program.ts";
import { removePrograms, writeProgram } from "./fixtures.ts";
import { runLanguageHost } from "./language-host.ts";

interface Shape {
  files: Record<string, string>;
  /** `main` of Pulumi.yaml. */
  main?: string;
}

const commonJs = { "package.json": '{ "name": "host" }' };
const esModule = { "package.json": '{ "name": "host", "type": "module" }' };
const tsconfig = (compilerOptions: object) => ({ "tsconfig.json": JSON.stringify({ compilerOptions }) });
/** Pulumi's own template for TypeScript had these for years; the last keeps a TypeScript of today quiet about them. */
const template = {
  target: "es2016",
  module: "commonjs",
  moduleResolution: "node10",
  ignoreDeprecations: "6.0",
};
const table = `import * as aws from "@pulumi/aws"; new aws.dynamodb.Table(String(name), { hashKey: "id", attributes: [] });`;

/** What both run, to the same resources and outputs. */
const same: Record<string, Shape> = {
  "statements between imports": {
    files: {
      ...commonJs,
      "env.ts": "export function load() { process.env.TABLE_OF_TEST = 'orders'; }",
      "settings.ts": "export const name: string = process.env.TABLE_OF_TEST ?? 'UNSET';",
      "index.ts": `import { load } from "./env"; load(); import { name } from "./settings"; ${table}`,
    },
  },
  "types of decorated members": {
    files: {
      ...commonJs,
      ...tsconfig({ ...template, experimentalDecorators: true, emitDecoratorMetadata: true }),
      "index.ts": `
        const types: string[] = [];
        (Reflect as any).metadata ??= (key: string, value: any) => (_: any, member: string) => {
          if (key === "design:type") types.push(member + "-" + value.name);
        };
        const column = (_: object, __: string) => {};
        class Device { @column id!: string; @column size!: number }
        const name = types.sort().join("-");
        ${table}`,
    },
  },
  "a CommonJS package that requires an ES module of TypeScript by name": {
    files: {
      ...commonJs,
      "sub/package.json": '{ "type": "module" }',
      "sub/x.ts": 'import { N } from "../utils"; export const Y: string = N;',
      "utils/index.ts": 'export const N: string = "n";',
      "index.ts": 'import { Y as name } from "./sub/x"; export const out = name;',
    },
  },
  "enums, namespaces, parameter properties, __dirname, require": {
    files: {
      ...commonJs,
      "lib/index.js": "module.exports = { five: 5 };",
      "index.ts": `
        enum E { A = 1 }
        namespace N { export const x = 2 }
        class C { constructor(public p: number) {} }
        export const b = [E.A, N.x, new C(3).p, typeof __dirname, typeof require, require("./lib").five];`,
    },
  },
  "fields without a value, by the target that Pulumi compiles for": {
    files: {
      ...commonJs,
      "index.ts": `
        class B { x = this.make(); make() { return 1; } }
        class D extends B { x!: number; }
        export const b = new D().x ?? "undefined";`,
    },
  },
  "the same by a target of one's own": {
    files: {
      ...commonJs,
      ...tsconfig({ target: "esnext" }),
      "index.ts": `
        class B { x = this.make(); make() { return 1; } }
        class D extends B { x!: number; }
        export const b = new D().x ?? "undefined";`,
    },
  },
  "JSON, by default and by namespace": {
    files: {
      ...commonJs,
      "d.json": '{ "x": 1 }',
      "index.ts": `import data from "./d.json"; import * as all from "./d.json"; export const a = [data.x, (all as any).x];`,
    },
  },
  "default and namespace imports of old modules": {
    files: {
      ...commonJs,
      "old.js": "module.exports = { one: 1 };",
      "converted.js": "exports.__esModule = true; exports.default = { name: 'default' }; exports.two = 2;",
      "index.ts": `
        import old, { one } from "./old"; import * as space from "./old"; import converted, { two } from "./converted";
        export const a = [old.one, one, space.one, Object.keys(space).sort(), converted.name, two];`,
    },
  },
  "a default import where tsconfig.json keeps to the module itself": {
    files: {
      ...commonJs,
      ...tsconfig({ ...template, esModuleInterop: false }),
      "client.js": "module.exports = function Client(name) { return name; };",
      "index.ts": `import * as call from "./client"; export const a = (call as any)("you");`,
    },
  },
  "JSX with a factory of its own": {
    files: {
      ...commonJs,
      ...tsconfig({ jsx: "react", jsxFactory: "h" }),
      "v.tsx": "const h = (n: string, _: unknown, c: string) => n + c; export const v = <p>hi</p>;",
      "index.ts": `import { v } from "./v"; export const b = v;`,
    },
  },
  "options that are inherited": {
    files: {
      ...commonJs,
      "base.json": JSON.stringify({ compilerOptions: { jsx: "react", jsxFactory: "h", target: "es5" } }),
      "tsconfig.json": '{ "extends": "./base.json" }',
      "v.tsx": "const h = (n: string, _: unknown, c: string) => n + c; export const v = <p>hi</p>;",
      "index.ts": `import { v } from "./v"; class A { static name2 = (class {}).name; } export const b = [v, String(A).slice(0, 5)];`,
    },
  },
  "a dynamic import, compiled to a require": {
    files: {
      ...commonJs,
      ...tsconfig(template),
      "a.ts": "export const a: number = 1;",
      "index.ts": `export = async () => ({ a: (await import("./a")).a });`,
    },
  },
  "a dynamic import of an ES module": {
    files: {
      ...commonJs,
      "a.mjs": "export const a = 1;",
      "index.ts": `export = async () => ({ a: (await import("./a.mjs")).a });`,
    },
  },
  "module.exports that is an async function": {
    files: { ...commonJs, "index.ts": `const name = "t"; ${table} module.exports = async () => ({ a: 1 });` },
  },
  "JavaScript with import in a package without a type": {
    files: {
      ...commonJs,
      "a.js": "export const a = 1;",
      "index.js": `import { a } from "./a.js"; export const b = a;`,
    },
  },
  "JavaScript with require": {
    files: { ...commonJs, "a.js": "exports.a = 1;", "index.js": `exports.b = require("./a").a;` },
  },
  "an ES module that awaits at its top level": {
    files: {
      ...esModule,
      "a.ts": "export const a: number = await Promise.resolve(1);",
      "index.ts": `import { a } from "./a.ts"; export const b = a; export const dir = typeof import.meta.dirname;`,
    },
  },
  "an ES module with a default export": {
    files: { ...esModule, "index.ts": "export default async () => ({ a: 1 });" },
  },
  "an ES module that imports CommonJS": {
    files: {
      ...esModule,
      "old/package.json": '{ "type": "commonjs" }',
      "old/index.js": "exports.one = 1;",
      "index.ts": `import old, { one } from "./old/index.js"; export const a = [old.one, one];`,
    },
  },
  "a program in a folder of its own, with its own tsconfig.json": {
    main: "infra/",
    files: {
      ...commonJs,
      ...tsconfig({ target: "esnext" }),
      "infra/lib.ts": "export const a = 1;",
      "infra/index.ts": `
        import { a } from "./lib"; import { basename } from "path";
        class B { x = this.make(); make() { return 1; } }
        class D extends B { x!: number; }
        export const b = [a, basename(process.cwd()), new D().x ?? "undefined"];`,
    },
  },
  "a package of a workspace": {
    files: {
      "package.json": '{ "name": "host", "workspaces": ["packages/*"] }',
      "packages/shared/package.json": '{ "name": "shared", "main": "index.ts" }',
      "packages/shared/index.ts": "export const s: string = 'shared';",
      "index.ts": `import { s } from "./packages/shared"; export const a = s;`,
    },
  },
};

/** What the deployment refuses, and with what words it is refused here. */
const refused: Record<string, Shape & { message: RegExp }> = {
  "an await at the top level of a CommonJS module": {
    files: { ...commonJs, "index.ts": "\nexport const a = await Promise.resolve(1);" },
    message: /index\.ts:2:18: A CommonJS module cannot await at its top level.*"type": "module"/,
  },
  "a TypeScript file by the name of its JavaScript, in CommonJS": {
    files: {
      ...commonJs,
      "a.ts": "export const a = 1;",
      "index.ts": `import { a } from "./a.js"; export const b = a;`,
    },
    message: /index\.ts:1:19: Cannot find "\.\/a\.js"/,
  },
  "a dynamic import without an extension that stays an import": {
    files: {
      ...commonJs,
      "a.ts": "export const a = 1;",
      "index.ts": `export = async () => ({ a: (await import("./a")).a });`,
    },
    message: /index\.ts:1:42: Cannot find "\.\/a"/,
  },
  "a namespace that is called": {
    files: {
      ...commonJs,
      "client.js": "module.exports = function Client(name) { return name; };",
      "index.ts": `import * as call from "./client"; export const a = (call as any)("you");`,
    },
    message: /index\.ts:1:5\d: call is not a function/,
  },
  "paths of tsconfig.json that nothing resolves": {
    files: {
      ...commonJs,
      ...tsconfig({ paths: { "@lib/*": ["./lib/*"] } }),
      "lib/a.ts": "export const a = 1;",
      "index.ts": `import { a } from "@lib/a"; export const b = a;`,
    },
    message: /index\.ts:1:19: Package "@lib\/a" is not installed/,
  },
};

describe("a recorded program is the program that is deployed", () => {
  // Types are tsc's work: they decide whether a program is deployed, not what it declares.
  before(() => {
    process.env.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
  });
  after(() => {
    delete process.env.PULUMI_NODEJS_TRANSPILE_ONLY;
  });
  afterEach(removePrograms);

  for (const [name, { files, main }] of Object.entries(same)) {
    it(`with ${name}`, async () => {
      const cwd = program(files, main);
      const host = await runLanguageHost(`${cwd}/${main ?? ""}`);
      assert.equal(host.failure, undefined);
      const recorded = await recordProgram({ cwd, stack: "dev" });
      const resources = recorded.resources.map(({ type, name: logical, inputs }) => ({
        type,
        name: logical,
        inputs,
      }));
      assert.deepEqual(
        { resources, outputs: recorded.outputs },
        { resources: host.resources, outputs: host.outputs },
      );
      assert.ok(host.resources.length > 0 || Object.keys(host.outputs as object).length > 0);
    });
  }

  for (const [name, { files, main, message }] of Object.entries(refused)) {
    it(`and none where the deployment fails: ${name}`, async () => {
      const cwd = program(files, main);
      const host = await runLanguageHost(`${cwd}/${main ?? ""}`);
      assert.ok(host.failure, "the language host runs it");
      await assert.rejects(recordProgram({ cwd, stack: "dev" }), { name: "UserError", message });
    });
  }
});

function program(files: Record<string, string>, main?: string): string {
  const yaml = `name: host\nruntime: nodejs\n${main === undefined ? "" : `main: ${main}\n`}`;
  return writeProgram({ "Pulumi.yaml": yaml, ...files });
}
