import assert from "node:assert/strict";
import { cpSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { stringify } from "yaml";
import { readProject } from "../../program/project.ts";
import { recordProgram } from "../../program/record-program.ts";
import { removePrograms, writeProgram } from "./fixtures.ts";
import { keptHostRun } from "./kept-host-runs.ts";
import { type HostOptions, runLanguageHost } from "./language-host.ts";

const root = resolve(import.meta.dirname, "../../../../node_modules");

interface Shape {
  files: Record<string, string>;
  /** `main` of Pulumi.yaml. */
  main?: string;
  /** `options` of Pulumi.yaml's runtime. */
  options?: HostOptions;
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
const TABLE = `import * as aws from "@pulumi/aws"; new aws.dynamodb.Table(String(name), { hashKey: "id", attributes: [] });`;

/** Runs only where Pulumi checks types, as it does unless told. */
const typesHandedOn: Shape = {
  files: {
    ...commonJs,
    "vendor.d.ts": `declare module "types-alone" { export interface Order { id: string } }`,
    "own.d.ts": "export interface Table { name: string }",
    "names.ts": `/// <reference path="./vendor.d.ts" />
      export { Order } from "types-alone"; export { Table } from "./own"; export const a = 1;`,
    "index.ts": `import { a, Order } from "./names"; const o: Order = { id: "o" }; export const b = [a, o.id];`,
  },
};

/** Modules of one program, each in a folder of its own: what one exports is the program's output of that name. */
function together(modules: Record<string, Record<string, string>>): Record<string, string> {
  const files = Object.entries(modules).flatMap(([folder, own]) =>
    Object.entries(own).map(([name, text]) => [`${folder}/${name}`, text] as const),
  );
  const outputs = Object.keys(modules).map((folder) => `${folder}: await exportsOf(require("./${folder}"))`);
  const main = `
    const exportsOf = async (module: any) => typeof module === "function" ? module() : { ...module };
    export = async () => ({ ${outputs.join(", ")} });`;
  return { ...Object.fromEntries(files), "index.ts": main };
}

/** By the options of Pulumi alone. */
const modules: Record<string, Record<string, string>> = {
  /** Statements between imports. */
  statements: {
    "env.ts": "export function load() { process.env.TABLE_OF_TEST = 'orders'; }",
    "settings.ts": "export const name: string = process.env.TABLE_OF_TEST ?? 'UNSET';",
    "index.ts": `import { load } from "./env"; load(); import { name } from "./settings"; ${TABLE}`,
  },
  /** A CommonJS package that requires an ES module of TypeScript by name. */
  requiredByName: {
    "sub/package.json": '{ "type": "module" }',
    "sub/x.ts": 'import { N } from "../utils"; export const Y: string = N;',
    "utils/index.ts": 'export const N: string = "n";',
    "index.ts": 'import { Y as name } from "./sub/x"; export const out = name;',
  },
  /** Enums, namespaces, parameter properties, __dirname, require. */
  kinds: {
    "lib/index.js": "module.exports = { five: 5 };",
    "index.ts": `
      enum E { A = 1 }
      namespace N { export const x = 2 }
      class C { constructor(public p: number) {} }
      export const b = [E.A, N.x, new C(3).p, typeof __dirname, typeof require, require("./lib").five];`,
  },
  /** Fields without a value, by the target that Pulumi compiles for. */
  fields: {
    "index.ts": `
      class B { x = this.make(); make() { return 1; } }
      class D extends B { x!: number; }
      export const b = new D().x ?? "undefined";`,
  },
  /** JSON, by default and by namespace. */
  json: {
    "d.json": '{ "x": 1 }',
    "index.ts": `import data from "./d.json"; import * as all from "./d.json"; export const a = [data.x, (all as any).x];`,
  },
  /** Default and namespace imports of old modules. */
  oldModules: {
    "old.js": "module.exports = { one: 1 };",
    "converted.js": "exports.__esModule = true; exports.default = { name: 'default' }; exports.two = 2;",
    "index.ts": `
      import old, { one } from "./old"; import * as space from "./old"; import converted, { two } from "./converted";
      export const a = [old.one, one, space.one, Object.keys(space).sort(), converted.name, two];`,
  },
  /** A dynamic import of an ES module. */
  dynamicImport: {
    "a.mjs": "export const a = 1;",
    "index.ts": `export = async () => ({ a: (await import("./a.mjs")).a });`,
  },
  /** A package of a workspace. */
  workspace: {
    "index.ts": `import { s } from "../packages/shared"; export const a = s;`,
  },
};

/** By those of Pulumi's own template, and a default import that is the module itself. */
const modulesOfTemplate: Record<string, Record<string, string>> = {
  /** A namespace that is called. */
  called: {
    "client.js": "module.exports = function Client(name) { return name; };",
    "index.ts": `import * as call from "./client"; export const a = (call as any)("you");`,
  },
  /** Types of decorated members. */
  decorated: {
    "index.ts": `
        const types: string[] = [];
        (Reflect as any).metadata ??= (key: string, value: any) => (_: any, member: string) => {
          if (key === "design:type") types.push(member + "-" + value.name);
        };
        const column = (_: object, __: string) => {};
        class Device { @column id!: string; @column size!: number }
        const name = types.sort().join("-");
        ${TABLE}`,
  },
  /** A dynamic import, compiled to a require. */
  dynamicImport: {
    "a.ts": "export const a: number = 1;",
    "index.ts": `export = async () => ({ a: (await import("./a")).a });`,
  },
};

/** What both run, to the same resources and outputs. */
const same: Record<string, Shape> = {
  "modules of CommonJS": {
    files: {
      "package.json": '{ "name": "host", "workspaces": ["packages/*"] }',
      "packages/shared/package.json": '{ "name": "shared", "main": "index.ts" }',
      "packages/shared/index.ts": "export const s: string = 'shared';",
      ...together(modules),
    },
  },
  "modules of CommonJS by the options of a template": {
    files: {
      ...commonJs,
      ...tsconfig({
        ...template,
        rootDir: ".",
        esModuleInterop: false,
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
      }),
      ...together(modulesOfTemplate),
    },
  },
  "an ES module that awaits at its top level, imports CommonJS and has a default export": {
    files: {
      ...esModule,
      "a.ts": "export const a: number = await Promise.resolve(1);",
      "old/package.json": '{ "type": "commonjs" }',
      "old/index.js": "exports.one = 1;",
      "index.ts": `
        import { a } from "./a.ts"; import old, { one } from "./old/index.js";
        export default async () => ({ b: [a, old.one, one], dir: typeof import.meta.dirname });`,
    },
  },
  "a target and a factory of JSX of one's own": {
    files: {
      ...commonJs,
      ...tsconfig({ target: "esnext", jsx: "react", jsxFactory: "h" }),
      "v.tsx": "const h = (n: string, _: unknown, c: string) => n + c; export const v = <p>hi</p>;",
      "index.ts": `
        import { v } from "./v";
        class B { x = this.make(); make() { return 1; } }
        class D extends B { x!: number; }
        export const b = [v, new D().x ?? "undefined"];`,
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
  "names that the program resolves by itself, as tsconfig-paths does": {
    files: {
      ...commonJs,
      "lib/a.tsx": "enum E { A = 1 } export const a = E.A;",
      "paths.ts": `
        import Module = require("module");
        import { existsSync } from "fs";
        const own = Module as unknown as { _resolveFilename(name: string, ...rest: unknown[]): string };
        const original = own._resolveFilename;
        own._resolveFilename = (name, ...rest) => {
          const path = name.replace("@lib", __dirname + "/lib");
          const found = Object.keys(require.extensions).some((extension) => existsSync(path + extension));
          return original.call(Module, found ? path : name, ...rest);
        };`,
      "index.ts": `import "./paths"; import { a } from "@lib/a"; export const b = a;`,
    },
  },
  "JavaScript with import of JavaScript without, in a package without a type": {
    files: {
      ...commonJs,
      "a.js": "exports.a = 1;",
      "index.js": `import { a } from "./a.js"; export const b = a;`,
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
};

/** What is run, from which folder, and by which compiler: what Pulumi.yaml and package.json say of it. */
Object.assign(same, {
  "a main file of package.json, which runs in the project's folder": {
    files: {
      "package.json": '{ "name": "host", "main": "src/program.ts" }',
      ...tsconfig({ target: "esnext", rootDir: "." }),
      "src/tsconfig.json": "no JSON, and nobody's",
      "src/program.ts": `
        import { readdirSync } from "fs";
        class B { x = this.make(); make() { return 1; } }
        class D extends B { x!: number; }
        export const b = [readdirSync(".").includes("src"), new D().x ?? "undefined"];`,
    },
  },
  "a tsconfig.json by another name": {
    options: { tsconfig: "tsconfig.pulumi.json" },
    files: {
      ...commonJs,
      ...tsconfig({ target: "es5" }),
      "tsconfig.pulumi.json": JSON.stringify({ compilerOptions: { target: "esnext" } }),
      "index.ts": `
        class B { x = this.make(); make() { return 1; } }
        class D extends B { x!: number; }
        export const b = new D().x ?? "undefined";`,
    },
  },
  "TypeScript that Node strips of its types, as Pulumi is told not to compile": {
    options: { typescript: false },
    files: {
      "package.json": '{ "name": "host", "main": "index.ts" }',
      "index.ts": `
        const path = require("node:path");
        class B { x = this.make(); make() { return 1; } }
        class D extends B { x!: number; }
        exports.b = [new D().x ?? "undefined", typeof path.join];`,
    },
  },
} satisfies Record<string, Shape>);

/** What Node is told to load first, from the program's folder. */
const preloads = {
  main: "infra/",
  options: {
    nodeargs: "--no-warnings -r ./first.cjs --import=./second.mjs --import data:text/javascript,0",
  },
  files: {
    ...commonJs,
    "infra/first.cjs": `
      const Module = require("node:module");
      const resolve = Module._resolveFilename;
      Module._resolveFilename = function (name, ...rest) {
        return resolve.call(this, name === "@lib/a" ? __dirname + "/lib/a.ts" : name, ...rest);
      };
      process.env.FIRST_OF_TEST = 'first';`,
    "infra/second.mjs": "process.env.SECOND_OF_TEST = process.env.FIRST_OF_TEST + '-second';",
    "infra/lib/a.ts": "export const a: string = 'by path';",
    "infra/index.ts": `import * as aws from "@pulumi/aws";
      const { a } = require("@lib/a");
      const name = process.env.SECOND_OF_TEST ?? "UNSET";
      new aws.dynamodb.Table(name, { hashKey: "id", attributes: [] });
      export const b = [a, process.execArgv.length];`,
  },
} satisfies Shape;

/** Tells which file it is, and whether it runs in folder `infra`. */
const reporting = (file: string) => ({
  [file]: `export const [file, infra] = ["${file}", process.cwd().endsWith("/infra")];`,
});

/** Of which the deployment runs one file. */
const mainFiles: Record<string, Omit<Shape, "options">> = {
  "is named without its extension": {
    files: {
      "package.json": '{ "name": "host", "main": "src/program" }',
      ...reporting("src/program.ts"),
      ...reporting("index.ts"),
    },
  },
  "is named as its folder": {
    files: {
      "package.json": '{ "name": "host", "main": "src" }',
      ...reporting("src/index.ts"),
      ...reporting("index.ts"),
    },
  },
  "is that of package.json's exports, which go before its main": {
    files: {
      "package.json": '{ "name": "host", "main": "old.ts", "exports": { ".": { "default": "./new.ts" } } }',
      ...reporting("old.ts"),
      ...reporting("new.ts"),
    },
  },
  "is an ES module of package.json's exports": {
    files: {
      "package.json": '{ "name": "host", "type": "module", "exports": "./src/new.ts" }',
      ...reporting("src/new.ts"),
    },
  },
  "is found from the package.json of a folder above": {
    main: "infra/",
    files: {
      "package.json": '{ "name": "host", "main": "program.ts" }',
      ...reporting("program.ts"),
      ...reporting("infra/index.ts"),
    },
  },
  "is index.js beside index.ts": {
    files: {
      ...commonJs,
      "index.js": 'exports.file = "index.js"; exports.infra = process.cwd().endsWith("/infra");',
      ...reporting("index.ts"),
    },
  },
  "is index.ts beside index.mjs, which only an ES module is": {
    files: { ...commonJs, ...reporting("index.mjs"), ...reporting("index.ts") },
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
  "a tsconfig.json by another name that is not there": {
    options: { tsconfig: "tsconfig.pulumi.json" },
    files: { ...commonJs, "index.ts": "export const a = 1;" },
    message: /Pulumi\.yaml:5: there is no .*tsconfig\.pulumi\.json/,
  },
  "an enum that Node cannot strip, where Pulumi is told not to compile": {
    options: { typescript: false },
    files: {
      "package.json": '{ "name": "host", "main": "index.ts" }',
      "index.ts": "enum E { A = 1 }\nexports.a = E.A;",
    },
    message: /index\.ts:1:?\d*: .*enum/,
  },
  "a preload that is not there": {
    options: { nodeargs: "--require ./none.cjs" },
    files: { ...commonJs, "index.ts": "export const a = 1;" },
    message:
      /ended its own process with exit code 1 .* started with nodeargs --require \.\/none\.cjs\n.*Cannot find module/s,
  },
  "an option that Node does not know": {
    options: { nodeargs: "--no-such-option" },
    files: { ...commonJs, "index.ts": "export const a = 1;" },
    message: /with exit code 9 .* started with nodeargs --no-such-option\n.*bad option/s,
  },
  "an index.ts that only a compiler finds, where Pulumi is told not to compile": {
    options: { typescript: false },
    files: { ...commonJs, "index.ts": "exports.a = 1;" },
    message: /There is no program in .* with typescript: false Pulumi looks for no index\.ts/,
  },
  "an import without an extension, where Pulumi is told not to compile": {
    options: { typescript: false },
    files: {
      ...esModule,
      "a.ts": "export const a = 1;",
      "index.ts": `import { a } from "./a"; export const b = a;`,
    },
    message: /index\.ts:1:19: Cannot find ".\/a"/,
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

  it("with types that are handed on of modules that have nothing else, unless types are not looked at", async () => {
    const { files } = typesHandedOn;
    const cwd = program(files);
    const ask = (name: string) => keptHostRun(name, { files }, () => runLanguageHost(cwd));
    assert.match(
      (await ask("types that are handed on, not looked at")).failure ?? "",
      /fails|Cannot find module/,
    );
    await assert.rejects(recordProgram({ cwd, stack: "dev" }), {
      message: /Package "types-alone" is not installed/,
    });
    delete process.env.PULUMI_NODEJS_TRANSPILE_ONLY;
    try {
      const host = await ask("types that are handed on");
      assert.deepEqual(host, { resources: [], outputs: { b: [1, "o"] } });
      assert.deepEqual((await recordProgram({ cwd, stack: "dev" })).outputs, host.outputs);
      // A value is asked for, also where a compiler is to write nothing of code that has mistakes.
      const handed = {
        "own.d.ts": "export declare const n: number;",
        "index.ts": `export { n } from "./own";`,
      };
      const strict = program({ ...commonJs, ...tsconfig({ noEmitOnError: true }), ...handed });
      await assert.rejects(recordProgram({ cwd: strict, stack: "dev" }), {
        message: /Cannot find "\.\/own"/,
      });
    } finally {
      process.env.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
    }
  });

  /** @returns the files that are watched */
  async function runsAsDeployed(name: string, { files, main, options }: Shape): Promise<string[]> {
    const cwd = program(files, main, options);
    const host = await keptHostRun(name, { files, main, options }, () =>
      runLanguageHost(`${cwd}/${main ?? ""}`, options),
    );
    assert.equal(host.failure, undefined);
    const { resources, outputs, sources } = await recordProgram({ cwd, stack: "dev" });
    assert.deepEqual(
      { resources: resources.map(({ type, name, inputs }) => ({ type, name, inputs })), outputs },
      { resources: host.resources, outputs: host.outputs },
    );
    assert.ok(host.resources.length > 0 || Object.keys(host.outputs as object).length > 0);
    return sources.map((file) => relative(cwd, file)).sort();
  }

  for (const [name, shape] of Object.entries(same))
    it(`with ${name}`, async () => void (await runsAsDeployed(name, shape)));

  it("with what Node is told to load first, CommonJS and ES module, which are watched, and with names that a preload resolves", async () => {
    const sources = await runsAsDeployed("what Node is told to load first", preloads);
    const files = ["first.cjs", "index.ts", "lib/a.ts", "second.mjs"];
    assert.deepEqual(
      sources,
      files.map((file) => `infra/${file}`),
    );
  });

  for (const [name, { files, main }] of Object.entries(mainFiles)) {
    it(`and its main file ${name}`, async () => {
      const cwd = program(files, main);
      const host = await keptHostRun(`a main file that ${name}`, { files, main }, () =>
        runLanguageHost(`${cwd}/${main ?? ""}`),
      );
      const found = readProject({ cwd, stack: "dev" });
      const infra = basename(found.folders.program) === "infra";
      assert.deepEqual(host.outputs, { file: relative(cwd, found.main), infra });
    });
  }

  for (const [name, { files, main, options, message }] of Object.entries(refused)) {
    it(`and none where the deployment fails: ${name}`, async () => {
      const cwd = program(files, main, options);
      const host = await keptHostRun(name, { files, main, options }, () =>
        runLanguageHost(`${cwd}/${main ?? ""}`, options),
      );
      assert.ok(host.failure, "the language host runs it");
      await assert.rejects(recordProgram({ cwd, stack: "dev" }), { name: "UserError", message });
    });
  }

  it("where the program has no TypeScript, so that the SDK's own old one compiles it, and none where that does not know the syntax", async () => {
    const files = {
      ...commonJs,
      "a.ts": "export const a: number = 1;",
      "index.ts": `
        import { CustomResource } from "@pulumi/pulumi";
        class Table extends CustomResource { constructor(name: string) { super("aws:dynamodb/table:Table", name, { hashKey: "id" }); } }
        export = async () => { const { a } = await import("./a"); new Table("t" + a); return { a: a ?? 2 }; };`,
    };
    const newer = { "index.ts": "\nexport const a = { b: 1 } satisfies object;" };
    const cwd = program(files);
    const sdk = giveOwnSdk(cwd);
    const ask = (name: string, own: Record<string, string>) =>
      keptHostRun(name, { files: own, sdk: "its own" }, () => runLanguageHost(cwd, {}, sdk));
    const host = await ask("the SDK's own old TypeScript", files);
    assert.equal(host.failure, undefined);
    const { resources, outputs } = await recordProgram({ cwd, stack: "dev" });
    assert.deepEqual(
      { resources: resources.map(({ type, name, inputs }) => ({ type, name, inputs })), outputs },
      { resources: host.resources, outputs: host.outputs },
    );
    assert.deepEqual(outputs, { a: 1 });
    writeFileSync(join(cwd, "index.ts"), newer["index.ts"]);
    assert.ok(
      (await ask("syntax of a newer TypeScript", { ...files, ...newer })).failure,
      "the language host runs it",
    );
    await assert.rejects(recordProgram({ cwd, stack: "dev" }), {
      name: "UserError",
      message:
        /index\.ts:2:27: .*TypeScript 3\.8\.3, as the program has none: npm install --save-dev typescript/,
    });
  });
});

function program(files: Record<string, string>, main?: string, options: HostOptions = {}): string {
  const runtime = { name: "nodejs", options };
  const yaml = ["name: host", ...(main === undefined ? [] : [`main: ${main}`]), stringify({ runtime })];
  return writeProgram({ "Pulumi.yaml": yaml.join("\n"), ...files });
}

/** A copy of the SDK among the program's packages, beside everything but TypeScript. */
function giveOwnSdk(cwd: string): string {
  const packages = join(cwd, "node_modules");
  rmSync(packages);
  const sdk = join(packages, "@pulumi/pulumi");
  cpSync(join(root, "@pulumi/pulumi"), sdk, { recursive: true });
  for (const name of readdirSync(root)) {
    if (!["@pulumi", "typescript"].includes(name)) symlinkSync(join(root, name), join(packages, name));
  }
  return sdk;
}
