/**
 * How each type of AWS that this project's programs create is imported, as the provider's pages say ("Import" on each). A
 * test holds this table to every type that the stacks create.
 */
import {
  by,
  entries,
  type Finder,
  type Finders,
  inWords,
  text,
  type UnfinishedResource,
} from "./import-id.ts";

export const awsFinders: Finders = {
  "aws:apigatewayv2/api:Api": listed(["apigatewayv2", "get-apis"], "Items", "ApiId", (it) => ({
    Name: text(it, "name"),
  })),
  "aws:apigatewayv2/apiMapping:ApiMapping": listed(
    (it) => ["apigatewayv2", "get-api-mappings", "--domain-name", text(it, "domainName")],
    "Items",
    "ApiMappingId",
    (it) => ({ ApiId: text(it, "apiId"), Stage: text(it, "stage") }),
    (it, id) => `${id}/${text(it, "domainName")}`,
  ),
  "aws:apigatewayv2/authorizer:Authorizer": ofApi("get-authorizers", "AuthorizerId", (it) => ({
    Name: text(it, "name"),
  })),
  "aws:apigatewayv2/domainName:DomainName": by("domainName"),
  "aws:apigatewayv2/integration:Integration": ofApi("get-integrations", "IntegrationId", (it) => ({
    IntegrationUri: text(it, "integrationUri"),
  })),
  "aws:apigatewayv2/route:Route": ofApi("get-routes", "RouteId", (it) => ({
    RouteKey: text(it, "routeKey"),
  })),
  "aws:apigatewayv2/stage:Stage": { id: (it) => `${text(it, "apiId")}/${text(it, "name")}` },
  "aws:acm/certificate:Certificate": listed(
    ["acm", "list-certificates"],
    "CertificateSummaryList",
    "CertificateArn",
    (it) => ({ DomainName: text(it, "domainName") }),
  ),
  "aws:acm/certificateValidation:CertificateValidation": { nothing: "It waits for a certificate" },
  "aws:cloudwatch/dashboard:Dashboard": by("dashboardName"),
  "aws:cloudwatch/logGroup:LogGroup": by("name"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": by("name"),
  "aws:dynamodb/table:Table": by("name"),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": {
    id: ({ account, inputs }) =>
      `arn:aws:iam::${account}:oidc-provider/${String(inputs.url).replace(/^https:\/\//, "")}`,
  },
  "aws:iam/policy:Policy": {
    id: (it) => `arn:aws:iam::${it.account}:policy${text(it, "path") || "/"}${text(it, "name")}`,
  },
  "aws:iam/role:Role": by("name"),
  "aws:iam/rolePolicy:RolePolicy": { id: (it) => `${text(it, "role")}:${text(it, "name")}` },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    id: (it) => `${text(it, "role")}/${text(it, "policyArn")}`,
  },
  "aws:kms/alias:Alias": by("name"),
  // A key has no name, and no list of keys tells more than their ids.
  "aws:kms/key:Key": {
    look: (it) =>
      `AWS console, KMS, Customer managed keys: Key ID of the one described "${text(it, "description")}"`,
  },
  "aws:lambda/alias:Alias": { id: (it) => `${text(it, "functionName")}/${text(it, "name")}` },
  "aws:lambda/eventSourceMapping:EventSourceMapping": listed(
    (it) => ["lambda", "list-event-source-mappings", "--function-name", text(it, "functionName")],
    "EventSourceMappings",
    "UUID",
    (it) => ({ EventSourceArn: text(it, "eventSourceArn") }),
  ),
  "aws:lambda/function:Function": by("name"),
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": {
    id: (it) => withQualifier(it, text(it, "functionName")),
  },
  "aws:lambda/permission:Permission": {
    id: (it) => `${withQualifier(it, text(it, "function"))}/${text(it, "statementId")}`,
  },
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": {
    id: (it) => `${text(it, "functionName")},${text(it, "qualifier")}`,
  },
  "aws:route53/record:Record": {
    id: (it) => ["zoneId", "name", "type"].map((key) => text(it, key)).join("_"),
  },
  ...ofBucket(
    "Bucket",
    "BucketLifecycleConfiguration",
    "BucketLogging",
    "BucketNotification",
    "BucketOwnershipControls",
    "BucketPolicy",
    "BucketPublicAccessBlock",
    "BucketServerSideEncryptionConfiguration",
    "BucketVersioning",
  ),
  "aws:scheduler/schedule:Schedule": {
    id: (it) => `${text(it, "groupName") || "default"}/${text(it, "name")}`,
  },
  "aws:sns/topic:Topic": { id: (it) => `arn:aws:sns:${it.region}:${it.account}:${text(it, "name")}` },
  "aws:sns/topicPolicy:TopicPolicy": by("arn"),
  "aws:sns/topicSubscription:TopicSubscription": listed(
    (it) => ["sns", "list-subscriptions-by-topic", "--topic-arn", text(it, "topic")],
    "Subscriptions",
    "SubscriptionArn",
    (it) => ({ Protocol: text(it, "protocol"), Endpoint: text(it, "endpoint") }),
  ),
  "aws:sqs/queue:Queue": {
    id: (it) => `https://sqs.${it.region}.amazonaws.com/${it.account}/${text(it, "name")}`,
  },
  "aws:sqs/queuePolicy:QueuePolicy": by("queueUrl"),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": by("queueUrl"),
  "aws:xray/group:Group": listed(["xray", "get-groups"], "Groups", "GroupARN", (it) => ({
    GroupName: text(it, "groupName"),
  })),
  "aws:xray/samplingRule:SamplingRule": by("ruleName"),
};

function withQualifier({ inputs }: UnfinishedResource, name: string): string {
  return inputs.qualifier === undefined ? name : `${name}:${inputs.qualifier}`;
}

function ofBucket(...classes: string[]): Finders {
  return Object.fromEntries(
    classes.map((name) => [`aws:s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`, by("bucket")]),
  );
}

function ofApi(list: string, id: string, wanted: (it: UnfinishedResource) => Record<string, string>): Finder {
  return listed(
    (it) => ["apigatewayv2", list, "--api-id", text(it, "apiId")],
    "Items",
    id,
    wanted,
    (it, found) => `${text(it, "apiId")}/${found}`,
  );
}

/**
 * Found in a list that the service gives out.
 * @param list within the answer, whose entries have their id under `id`
 * @param form of the id to import by, where it is more than the id
 */
export function listed(
  args: string[] | ((it: UnfinishedResource) => string[]),
  list: string,
  id: string,
  wanted: (it: UnfinishedResource) => Record<string, unknown>,
  form: (it: UnfinishedResource, id: string) => string = (_, found) => found,
): Finder {
  return {
    lookUp: (it) => ({
      command: [
        "aws",
        ...(typeof args === "function" ? args(it) : args),
        "--region",
        it.region,
        "--output",
        "json",
      ],
      which: `${id} of the entry under ${list} with ${inWords(wanted(it))}`,
      pick: (answer) => entries(answer, list, wanted(it)).map((entry) => form(it, String(entry[id]))),
    }),
  };
}
