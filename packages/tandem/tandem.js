#!/usr/bin/env node
/** The command line: compiled where this package is installed, from its sources in the checkout that develops it. */
import { existsSync } from "node:fs";

const sources = new URL("./cli/tandem.js", import.meta.url);
await import(existsSync(sources) ? sources.href : new URL("./dist/cli/tandem.js", import.meta.url).href);
