import assert from "node:assert/strict";
import { withoutState, withSettings } from "../../scaffold/stack-file.ts";

describe("settings of a service that is made", () => {
  it("give no stack the secrets provider of another, and keep comments beside settings", () => {
    const deployed =
      "secretsprovider: awskms://alias/a\nencryptedkey: AbC=\nencryptionsalt: v1:a\nconfig: {}\n";
    assert.equal(withoutState(deployed), "config: {}\n");
    assert.equal(
      withSettings("config:\n  # Mine.\n  shop:logLevel: INFO\n", "shop", [["logLevel", "DEBUG"]]),
      "config:\n  # Mine.\n  shop:logLevel: DEBUG\n",
    );
  });
});
