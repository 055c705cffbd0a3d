/** Managed policies that a program attaches to anybody: roles, users, groups and identity centre, by any kind of attachment. */
import { attachedArns, attachmentTypes, ROLE } from "../program/reading/policy-attachments.ts";
import type { RecordedResource, Recording, Value } from "../program/recording.ts";
import { list, ofType, written } from "./reading.ts";

export interface Attached {
  resource: RecordedResource;
  arns: string[];
}

const IDENTITY_CENTRE = "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment";

/** Without what is known after a deployment only. */
export function attachedPolicies(recording: Recording): Attached[] {
  const attachments = ofType(recording, ...Object.keys(attachmentTypes));
  return [
    ...attachments.map((resource) => ({ resource, arns: attachedArns(resource).flatMap(known) })),
    ...ofType(recording, ROLE).map((resource) => ({
      resource,
      arns: list(resource, "managedPolicyArns").map(written),
    })),
    ...ofType(recording, IDENTITY_CENTRE).map((resource) => ({
      resource,
      arns: known(resource.inputs.managedPolicyArn),
    })),
  ];
}

function known(arn: Value | undefined): string[] {
  return typeof arn === "string" ? [arn] : [];
}
