/** Which services of AWS assume a role for what a program declares: the one table of who must be trusted. */
import { oncePerRecording } from "../../program/reading/once.ts";
import { addressed } from "../../program/reading/resources.ts";
import { list, object, text } from "../../program/reading/value.ts";
import type { RecordedResource, Recording, Value } from "../../program/recording.ts";

export interface Assumption {
  /** Of the role: its ARN, or its name where AWS takes that. */
  roleArn: string;
  /** e.g. `lambda.amazonaws.com`. */
  service: string;
  /** Of what the service assumes it for: none where AWS says none, as for functions; undefined where it is not known here. */
  sourceArns?: readonly string[];
}

export interface DeclaredAssumption extends Assumption {
  resource: RecordedResource;
}

export const LAMBDA = "lambda.amazonaws.com";

type SourceArns = (resource: RecordedResource, recording: Recording) => readonly string[] | undefined;

const none: SourceArns = () => [];
const itself: SourceArns = ({ outputs }) => arnOf(outputs.arn);
/** Of EventBridge Scheduler's policies AWS says: the group's, not the schedule's. */
const scheduleGroup: SourceArns = ({ inputs, outputs }) => {
  const [, region, account] = /^arn:[^:]+:scheduler:([^:]*):([^:]*):/.exec(text(outputs.arn) ?? "") ?? [];
  if (region === undefined) return undefined;
  return [`arn:aws:scheduler:${region}:${account}:schedule-group/${text(inputs.groupName) ?? "default"}`];
};
const itsRule: SourceArns = ({ inputs }, recording) => {
  const rule = addressed(recording, "aws:cloudwatch/eventRule:EventRule", text(inputs.rule));
  return rule && arnOf(rule.outputs.arn);
};
const unknown: SourceArns = () => undefined;

/** Type → where its inputs name a role, by whom it is assumed, and for what. A path runs through lists. */
const ASSUMING: readonly [type: string, path: string, service: string, sourceArns: SourceArns][] = [
  ["aws:lambda/function:Function", "role", "lambda", none],
  ["aws:scheduler/schedule:Schedule", "target.roleArn", "scheduler", scheduleGroup],
  ["aws:cloudwatch/eventTarget:EventTarget", "roleArn", "events", itsRule],
  ["aws:pipes/pipe:Pipe", "roleArn", "pipes", itself],
  ["aws:apigatewayv2/api:Api", "credentialsArn", "apigateway", unknown],
  ["aws:apigatewayv2/authorizer:Authorizer", "authorizerCredentialsArn", "apigateway", unknown],
  ["aws:apigatewayv2/integration:Integration", "credentialsArn", "apigateway", unknown],
  ["aws:apigateway/account:Account", "cloudwatchRoleArn", "apigateway", unknown],
  ["aws:apigateway/authorizer:Authorizer", "authorizerCredentials", "apigateway", unknown],
  ["aws:apigateway/integration:Integration", "credentials", "apigateway", unknown],
  ["aws:appsync/dataSource:DataSource", "serviceRoleArn", "appsync", unknown],
  ["aws:appsync/graphQLApi:GraphQLApi", "logConfig.cloudwatchLogsRoleArn", "appsync", unknown],
  ["aws:cloudtrail/trail:Trail", "cloudWatchLogsRoleArn", "cloudtrail", unknown],
  ["aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "roleArn", "logs", unknown],
  ["aws:cloudwatch/metricStream:MetricStream", "roleArn", "streams.metrics.cloudwatch", unknown],
  ["aws:codebuild/project:Project", "serviceRole", "codebuild", unknown],
  ["aws:codepipeline/pipeline:Pipeline", "roleArn", "codepipeline", unknown],
  ["aws:ec2/flowLog:FlowLog", "iamRoleArn", "vpc-flow-logs", unknown],
  ["aws:ecs/taskDefinition:TaskDefinition", "executionRoleArn", "ecs-tasks", unknown],
  ["aws:ecs/taskDefinition:TaskDefinition", "taskRoleArn", "ecs-tasks", unknown],
  ["aws:eks/cluster:Cluster", "roleArn", "eks", unknown],
  [
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "extendedS3Configuration.roleArn",
    "firehose",
    unknown,
  ],
  ["aws:rds/clusterInstance:ClusterInstance", "monitoringRoleArn", "monitoring.rds", unknown],
  ["aws:rds/instance:Instance", "monitoringRoleArn", "monitoring.rds", unknown],
  ["aws:s3/bucketReplicationConfig:BucketReplicationConfig", "role", "s3", unknown],
  ["aws:sfn/stateMachine:StateMachine", "roleArn", "states", itself],
  ["aws:sns/topicSubscription:TopicSubscription", "subscriptionRoleArn", "sns", unknown],
];
const BY_TYPE = Map.groupBy(ASSUMING, ([type]) => type);

export const assumptions: (recording: Recording) => readonly DeclaredAssumption[] = oncePerRecording(
  (recording) =>
    recording.resources
      .filter(({ read }) => !read)
      .flatMap((resource) =>
        (BY_TYPE.get(resource.type) ?? []).flatMap(([, path, service, sourceArns]) =>
          rolesAt(resource.inputs, path.split(".")).map((roleArn) => {
            const known = sourceArns(resource, recording);
            const assumption = { resource, roleArn, service: `${service}.amazonaws.com` };
            return known === undefined ? assumption : { ...assumption, sourceArns: known };
          }),
        ),
      ),
);

function rolesAt(value: Value | undefined, [name, ...rest]: readonly string[]): string[] {
  if (name === undefined) return [text(value) ?? []].flat();
  const items = list(value);
  return [...items, ...(items.length === 0 && value !== undefined ? [value] : [])].flatMap((item) =>
    rolesAt(object(item)[name], rest),
  );
}

function arnOf(value: Value | undefined): string[] | undefined {
  const arn = text(value);
  return arn === undefined ? undefined : [arn];
}
