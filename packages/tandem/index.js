/** Compiled where this package is installed, from its sources in the checkout that develops it. */
import { existsSync } from "node:fs";

const sources = new URL("./index.ts", import.meta.url);
const module = await import(
  existsSync(sources) ? sources.href : new URL("./dist/index.js", import.meta.url).href
);
export const { UserError, check, diff, programUnderTest, record, startLocal } = module;
