import * as pulumi from "@pulumi/pulumi";

/**
 * A mistake in the program or its configuration, told in one message to the person who can mend it.
 * A `RunError`, so that the engine prints the message and no stack trace.
 */
export class Mistake extends pulumi.RunError {
  override name = "Mistake";
}
