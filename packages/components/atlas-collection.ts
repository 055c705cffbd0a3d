import * as pulumi from "@pulumi/pulumi";
import type { AtlasDatabase } from "./atlas-database.ts";
import type { Link } from "./link.ts";

export interface AtlasCollectionArgs {
  /** Whose cluster it lies in. */
  cluster: AtlasDatabase;
}

/**
 * A collection in a cluster that is there already, in a database of its own name: a function that is linked to it reads nothing
 * else of the cluster. MongoDB makes both with the first document. `read` and `readWrite` link it to functions.
 */
export class AtlasCollection extends pulumi.ComponentResource {
  /** Logical name, and that of the database. */
  readonly name: string;
  readonly read: Link;
  readonly readWrite: Link;

  constructor(name: string, { cluster }: AtlasCollectionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("tandem:atlas:AtlasCollection", name, {}, opts);
    this.name = name;
    this.read = cluster.linkTo(name, "read");
    this.readWrite = cluster.linkTo(name, "readWrite");
    this.registerOutputs();
  }
}
