import { recordProgram } from "./program/record-program.ts";
import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
const cwd = mkdtempSync("/work/wt/tmp-rules/p-");
cpSync("/work/shared/faults/captured-secret", cwd, {recursive:true});
symlinkSync("/work/wt/rules/node_modules", cwd+"/node_modules");
const r = await recordProgram({cwd, stack:"dev"});
for (const x of r.resources.filter(x=>x.type.endsWith(":Function"))) console.log(JSON.stringify(x.inputs).slice(0,800));
console.log(cwd);
