/**
 * Entry of the policy pack. CommonJS, so that the check of Node comes before anything that an older one cannot load. The
 * engine starts packs with a TypeScript compiler of its own, whatever the options say, which takes every `require`;
 * an `import` is left to Node, which reads TypeScript by itself, as it does everywhere else in this project.
 */
require("../bin/node-for-pulumi.cjs");
Promise.all([import("pulumi-tandem/policy-pack"), import("./waivers.ts")]).then(
  ([{ startPack }, { waivers }]) => startPack(waivers),
);
