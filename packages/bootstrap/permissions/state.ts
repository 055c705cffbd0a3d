/** What the state of stacks in a bucket asks for, and the key of their secrets. */
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../../components/policy-document.ts";

type Arn = pulumi.Input<string>;

/** A preview locks the stack as well, so that nothing changes under its eyes. */
export function readState(bucket: Arn, key: Arn): Statement[] {
  return [
    ...reading(bucket),
    {
      Sid: "Lock",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: pulumi.interpolate`${bucket}/.pulumi/locks/*`,
    },
    { Sid: "Secrets", Effect: "Allow", Action: "kms:Decrypt", Resource: key },
  ];
}

export function changeState(bucket: Arn, key: Arn): Statement[] {
  return [
    ...reading(bucket),
    {
      Sid: "Change",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: pulumi.interpolate`${bucket}/.pulumi/*`,
    },
    { Sid: "Secrets", Effect: "Allow", Action: ["kms:Decrypt", "kms:Encrypt"], Resource: key },
  ];
}

function reading(bucket: Arn): Statement[] {
  return [
    { Sid: "Find", Effect: "Allow", Action: ["s3:GetBucketLocation", "s3:ListBucket"], Resource: bucket },
    {
      Sid: "Read",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: pulumi.interpolate`${bucket}/.pulumi/*`,
    },
  ];
}
