import { runLanguageHost } from "./tests/program/language-host.ts";
import { recordProgram } from "./program/record-program.ts";
import { cpSync, mkdtempSync, symlinkSync } from "node:fs";
for (const f of ["import-order","mixed-modules","decorator-metadata"]) {
  const cwd = mkdtempSync("/work/wt/tmp-rules/p-");
  cpSync("/work/shared/faults/"+f, cwd, {recursive:true});
  try { symlinkSync("/work/wt/rules/node_modules", cwd+"/node_modules"); } catch {}
  console.log(f, JSON.stringify(await runLanguageHost(cwd), null, 0).slice(0,1800));
  try { const r = await recordProgram({cwd, stack:"dev"}); console.log("  ours", r.resources.map(x=>x.name), r.outputs);} catch(e) { console.log("  ours", e.message) }
}
