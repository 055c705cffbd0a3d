/** Resources that attach managed policies to roles, users and groups: what each lists, and to whom it gives that. */
import type { RecordedResource, Value } from "../recording.ts";
import { list, opened } from "./value.ts";

export const ROLE = "aws:iam/role:Role";
export const USER = "aws:iam/user:User";
export const GROUP = "aws:iam/group:Group";

export interface AttachmentType {
  /** Property with the ARN of a policy, or a list of them. */
  policies: string;
  /** Properties that name who gets them, one or a list, and the type of each. */
  holders: { property: string; type: string }[];
}

export const attachmentTypes: Record<string, AttachmentType> = {
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": to("policyArn", "group", GROUP),
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": to(
    "policyArns",
    "groupName",
    GROUP,
  ),
  "aws:iam/policyAttachment:PolicyAttachment": {
    policies: "policyArn",
    holders: [
      { property: "groups", type: GROUP },
      { property: "roles", type: ROLE },
      { property: "users", type: USER },
    ],
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": to("policyArn", "role", ROLE),
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": to("policyArns", "roleName", ROLE),
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": to("policyArn", "user", USER),
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": to("policyArns", "userName", USER),
};

/** ARNs that the resource attaches, known or not. */
export function attachedArns({ type, inputs }: RecordedResource): Value[] {
  return oneOrMany(inputs[attachmentTypes[type]?.policies ?? ""]);
}

/** How the resource names those of a type to whom it attaches. */
export function attachedTo({ type, inputs }: RecordedResource, holderType: string): Value[] {
  const holders = attachmentTypes[type]?.holders ?? [];
  return holders
    .filter((holder) => holder.type === holderType)
    .flatMap(({ property }) => oneOrMany(inputs[property]));
}

function to(policies: string, property: string, type: string): AttachmentType {
  return { policies, holders: [{ property, type }] };
}

/** What is not known, as one. */
function oneOrMany(value: Value | undefined): Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(opened(value)) ? list(value) : [value];
}
