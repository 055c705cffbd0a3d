/** What no machine without an account can find out, so that nobody takes a rehearsal for a deployment. */
import type { Recording } from "../../program/recording.ts";

interface Open {
  what: string;
  /** Told only where the stack has something of this type. */
  type?: string;
}

const open: Open[] = [
  { what: "whether your identity may do all of this: npm run doctor -- --online asks AWS who it is" },
  {
    what: "whether the account's quotas are the defaults: new accounts have less concurrency (Service Quotas, Lambda, Concurrent executions)",
    type: "aws:lambda/function:Function",
  },
  {
    what: "whether nobody else has a bucket of this name: names of buckets are one space for all accounts",
    type: "aws:s3/bucket:Bucket",
  },
  {
    what: "whether the Atlas organisation has a way to pay, and its service account the permission Organization Project Creator",
    type: "mongodbatlas:index/project:Project",
  },
  {
    what: "how long Atlas takes for a private endpoint: up to an hour, and the deployment may have to be run a second time",
    type: "mongodbatlas:index/privateLinkEndpointService:PrivateLinkEndpointService",
  },
  {
    what: "whether API Gateway reaches the issuer of tokens and finds its keys",
    type: "aws:apigatewayv2/authorizer:Authorizer",
  },
  {
    what: "whether the hosted zone is yours and the certificate is validated",
    type: "aws:acm/certificate:Certificate",
  },
  {
    what: "whether somebody confirms the mail that SNS sends to the alarm address: until then nobody is told anything",
    type: "aws:sns/topicSubscription:TopicSubscription",
  },
  {
    what: "whether a second preview with the real providers is empty: npm run pulumi -- preview --expect-no-changes",
  },
];

export function onlyAnAccountKnows({ resources }: Recording): string[] {
  const types = new Set(resources.map(({ type }) => type));
  return open.filter(({ type }) => type === undefined || types.has(type)).map(({ what }) => what);
}
