/**
 * A process of its own: `node clouds.ts <folder> <pace as JSON>`. Writes the ports of aws and mongodbatlas
 * as JSON and serves both until its input ends.
 */
import path from "node:path";
import manifest from "../../../../../package.json" with { type: "json" };
import { Cloud, type Pace } from "./cloud.ts";
import { serve } from "./service.ts";
import { Store } from "./store.ts";

const [folder = ".", pace = "{}"] = process.argv.slice(2);
const cloud = new Cloud(new Store(path.join(folder, "cloud.jsonl")), {
  create: 10,
  cluster: 500,
  ...(JSON.parse(pace) as Partial<Pace>),
});
const { dependencies } = manifest;
console.log(
  JSON.stringify({
    aws: await serve(cloud, dependencies["@pulumi/aws"]),
    mongodbatlas: await serve(cloud, dependencies["@pulumi/mongodbatlas"]),
  }),
);
process.stdin.resume().on("end", () => process.exit());
