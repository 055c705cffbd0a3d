/**
 * A process of its own: `node clouds.ts <folder> <pace as JSON>`. Writes the ports of aws and mongodbatlas
 * as JSON and serves both until its input ends.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { Cloud, type Pace } from "./cloud.ts";
import { serve } from "./service.ts";
import { Store } from "./store.ts";

const [folder = ".", pace = "{}"] = process.argv.slice(2);
const cloud = new Cloud(new Store(path.join(folder, "cloud.jsonl")), {
  create: 10,
  cluster: 500,
  ...(JSON.parse(pace) as Partial<Pace>),
});
/** As it is installed: the engine asks for the plugin of that version. */
const versionOf = (name: string): string =>
  (createRequire(import.meta.url)(`${name}/package.json`) as { version: string }).version;
console.log(
  JSON.stringify({
    aws: await serve(cloud, versionOf("@pulumi/aws")),
    mongodbatlas: await serve(cloud, versionOf("@pulumi/mongodbatlas")),
  }),
);
process.stdin.resume().on("end", () => process.exit());
