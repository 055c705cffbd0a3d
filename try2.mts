import { runLanguageHost } from "./tests/program/language-host.ts";
import { recordProgram } from "./program/record-program.ts";
import { mkdtempSync, symlinkSync, writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
process.env.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
const shapes: Record<string, Record<string,string>> = {
  crypto: {"index.ts": `import * as aws from "@pulumi/aws"; import * as crypto from "crypto"; import { execSync } from "child_process";
   new aws.lambda.CallbackFunction("work", { callback: async () => crypto.createHmac("sha256", "k").digest("hex") + execSync("ls") });`},
  client: {"index.ts": `import Client from "./client"; import * as call from "./client"; new (Client as any)(); export const x = (call as any)("you");`, "client.js":"module.exports = function Client(name) { return new.target ? this : name; };"},
  esnext: {"index.ts": `import { a } from "./a"; export const b = a;`, "a.ts": `export const a: number = 1;`, "tsconfig.json": '{"compilerOptions":{"module":"esnext"}}'},
  jsimport: {"index.js": `import { a } from "./a.js"; export const b = a;`, "a.js": `export const a = 1;`},
  tla: {"index.ts": `const a = await Promise.resolve(1); export const b = a;`},
  dynimp: {"index.ts": `export = async () => ({ a: (await import("./a")).a });`, "a.ts": `export const a: number = 1;`},
  dynimpcjs: {"index.ts": `export = async () => ({ a: (await import("./a")).a });`, "a.ts": `export const a: number = 1;`, "tsconfig.json": '{"compilerOptions":{"module":"commonjs","moduleResolution":"node10","ignoreDeprecations":"6.0"}}'},
  json: {"index.ts": `import data from "./d.json"; import * as all from "./d.json"; export const a = [data.x, (all as any).x];`, "d.json": '{"x":1}'},
  paths: {"index.ts": `import { a } from "@lib/a"; export const b = a;`, "lib/a.ts": `export const a: number = 1;`, "tsconfig.json": '{"compilerOptions":{"baseUrl":".","paths":{"@lib/*":["lib/*"]}}}'},
  enums: {"index.ts": `enum E { A = 1 } namespace N { export const x = 2 } class C { constructor(public p: number) {} } export const b = [E.A, N.x, new C(3).p, __dirname.length > 0, typeof require];`},
  fields: {"index.ts": `class B { x = this.make(); make() { return 1; } } class D extends B { x!: number; } export const b = new D().x ?? "undefined";`},
  tsx: {"index.ts": `import { v } from "./v"; export const b = v;`, "v.tsx": `const h = (n: string, _: unknown, c: string) => n + c; export const v = <p>hi</p>;`, "tsconfig.json": '{"compilerOptions":{"jsx":"react","jsxFactory":"h"}}'},
  jsExt: {"index.ts": `import { a } from "./a.js"; export const b = a;`, "a.ts": `export const a: number = 1;`},
};
const only = process.argv[2];
for (const [n, files] of Object.entries(shapes)) { if (only && n!==only) continue;
  const cwd = mkdtempSync("/work/wt/tmp-rules/q-");
  for (const [f,t] of Object.entries({"Pulumi.yaml":"name: host\nruntime: nodejs\n","package.json":'{"name":"host"}',...files})) { mkdirSync(dirname(join(cwd,f)),{recursive:true}); writeFileSync(join(cwd,f),t); }
  symlinkSync("/work/wt/rules/node_modules", cwd+"/node_modules");
  const h = await runLanguageHost(cwd); console.log(n, JSON.stringify({r: h.resources.map(x=>x.name), o: h.outputs, f: h.failure?.slice(0,400)}));
  try { const r = await recordProgram({cwd, stack:"dev"}); console.log("   ours", r.resources.map(x=>x.name), r.outputs);} catch(e) { console.log("   ours", e.message.slice(0,300)) }
}
