import * as pulumi from "@pulumi/pulumi";

/**
 * A mistake in the program or its configuration, told in one message to the person who can mend it.
 * A `RunError`, so that the engine prints the message and no stack trace.
 */
export class Mistake extends pulumi.RunError {
  override name = "Mistake";

  constructor(message: string) {
    super(message);
    // Where a mistake comes up in a promise, the SDK writes the name of every property that waits for it in front of the
    // message, hundreds of them. The message stays as it is.
    Object.defineProperty(this, "message", { get: () => message, set: () => {} });
  }
}
