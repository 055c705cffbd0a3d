/**
 * Entry of the policy pack. The engine starts packs with a TypeScript compiler of its own, whatever the options say; from
 * here on Node reads TypeScript by itself, as it does everywhere else in this project.
 */
import "./pack.ts";
