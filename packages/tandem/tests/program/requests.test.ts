import assert from "node:assert/strict";
import resources from "@pulumi/pulumi/proto/resource_pb.js";
import { recordedRegistration } from "../../program/requests.ts";

const folders = { project: "/shop", program: "/shop" };

/** A request as an SDK makes it that has no hooks yet and cannot leave an option unsaid. */
function olderRequest(retain: boolean) {
  const request = new resources.RegisterResourceRequest();
  request.setType("aws:sqs/queue:Queue");
  request.setName("mail");
  request.setRetainondelete(retain);
  return Object.assign(request, { getHooks: undefined, hasRetainondelete: undefined });
}

describe("recordedRegistration", () => {
  it("reads what an older SDK sends", () => {
    const request = olderRequest(true) as unknown as resources.RegisterResourceRequest;
    const { name, retainOnDelete, hooks } = recordedRegistration("urn", request, undefined, folders);
    assert.deepEqual(
      { name, retainOnDelete, hooks },
      { name: "mail", retainOnDelete: true, hooks: undefined },
    );
  });

  it("takes an older SDK's false for nothing said, so that the parent's word counts", () => {
    const request = olderRequest(false) as unknown as resources.RegisterResourceRequest;
    const parent = { ...recordedRegistration("urn", request, undefined, folders), retainOnDelete: true };
    assert.equal(recordedRegistration("urn", request, parent, folders).retainOnDelete, true);
  });
});
