/** `npm run openapi`: writes the API description and the collection of requests anew. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { generateDescription } from "../openapi/generate.ts";

export async function main(): Promise<number> {
  const root = path.join(import.meta.dirname, "../..");
  for (const [file, content] of await generateDescription(root)) {
    writeFileSync(path.join(root, file), content);
    process.stdout.write(`${file} written\n`);
  }
  return 0;
}
