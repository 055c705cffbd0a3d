/** Managed policies that a program attaches to anybody: roles, users, groups and identity centre, by any kind of attachment. */
import type { RecordedResource, Recording } from "../program/recording.ts";
import { list, ofType, written } from "./reading.ts";

export interface Attached {
  resource: RecordedResource;
  arns: string[];
}

const oneByOne = [
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
  "aws:iam/policyAttachment:PolicyAttachment",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment",
];

/** Types that list them, and the property with the list. */
const listed: Record<string, string> = {
  "aws:iam/role:Role": "managedPolicyArns",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
};

/** Without what is known after a deployment only. */
export function attachedPolicies(recording: Recording): Attached[] {
  const single = ofType(
    recording,
    ...oneByOne,
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
  );
  return [
    ...single.map((resource) => ({
      resource,
      arns: [resource.inputs.policyArn, resource.inputs.managedPolicyArn].flatMap((arn) =>
        typeof arn === "string" ? [arn] : [],
      ),
    })),
    ...Object.entries(listed).flatMap(([type, property]) =>
      ofType(recording, type).map((resource) => ({ resource, arns: list(resource, property).map(written) })),
    ),
  ];
}
