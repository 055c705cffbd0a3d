/**
 * Which created (or deleted) resource only serves another one that is created (or deleted) too: a role, a log group, an alias and alarms serve
 * their function, an integration and a permission their route. A reviewer reads of the one, and of the others in passing.
 */
import type { RecordedResource, Recording } from "../../program/recording.ts";

/** URN of a part → URN of what it serves. */
export type Parts = Map<string, string>;

/** What stands for itself, the first before the second where something serves both. */
const MAIN = [
  /^aws:lambda\/function:Function$/,
  /^aws:apigatewayv2\/route:Route$|^aws:apigateway\/method:Method$|^aws:lambda\/functionUrl:FunctionUrl$/,
  /^aws:(apigatewayv2\/api:Api|apigateway\/restApi:RestApi|appsync\/graphQLApi:GraphQLApi)$/,
  /^aws:(dynamodb\/(table:Table|globalTable:GlobalTable)|rds\/(cluster:Cluster|instance:Instance))$/,
  /^aws:(s3\/(bucket:Bucket|bucketV2:BucketV2)|sqs\/queue:Queue|kinesis\/stream:Stream)$/,
  /^aws:(sns\/topic:Topic|cloudwatch\/eventBus:EventBus|scheduler\/schedule:Schedule|cloudwatch\/eventRule:EventRule)$/,
  /^mongodbatlas:index\/(advancedCluster:AdvancedCluster|cluster:Cluster|flexCluster:FlexCluster)$/,
  /^aws:(ec2\/vpc:Vpc|cognito\/userPool:UserPool|sfn\/stateMachine:StateMachine|ecs\/service:Service|kms\/key:Key)$/,
];

/** Types that are never read of alone where what they serve comes with them. */
const SERVING =
  /^aws:(iam\/|lambda\/(alias|permission|eventSourceMapping|provisionedConcurrencyConfig|functionEventInvokeConfig)|cloudwatch\/(logGroup|metricAlarm|logMetricFilter|logSubscriptionFilter|eventTarget)|apigatewayv2\/(integration|stage|authorizer|deployment|apiMapping)|apigateway\/(integration|deployment|stage|resource|methodResponse|integrationResponse|methodSettings)|s3\/bucket[A-Z]\w*:|sqs\/queue(Policy|RedrivePolicy|RedriveAllowPolicy)|sns\/topic(Policy|Subscription)|appautoscaling\/|dynamodb\/(resourcePolicy|contributorInsights|tag)|kms\/(alias|keyPolicy)|ec2\/(?!vpc:|instance:|eip:|natGateway:)|xray\/)|^mongodbatlas:index\/(databaseUser|cloudBackupSchedule|projectIpAccessList)/;

/** @param resources all that are created, or all that are deleted */
export function partsOf(resources: readonly RecordedResource[], recording: Recording | undefined): Parts {
  const parents = new Map((recording?.resources ?? []).map(({ urn, parent }) => [urn, parent]));
  const mains = resources.filter((resource) => rankOf(resource) >= 0);
  const ofComponent = Map.groupBy(mains, ({ parent }) => parent);
  const neighbours = neighboursOf(resources);
  const parts: Parts = new Map();
  for (const resource of resources) {
    if (rankOf(resource) >= 0 || !SERVING.test(resource.type)) continue;
    const main = mainOfComponent(resource, ofComponent, parents) ?? nearestMain(resource, neighbours);
    if (main !== undefined) parts.set(resource.urn, main.urn);
  }
  return parts;
}

function rankOf({ type }: RecordedResource): number {
  return MAIN.findIndex((pattern) => pattern.test(type));
}

/** Who refers to whom, either way, among these resources. */
function neighboursOf(resources: readonly RecordedResource[]): Map<RecordedResource, Set<RecordedResource>> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const found = new Map(resources.map((resource) => [resource, new Set<RecordedResource>()]));
  for (const resource of resources) {
    for (const urn of resource.dependencies) {
      const other = byUrn.get(urn);
      if (other === undefined || other === resource) continue;
      found.get(resource)?.add(other);
      found.get(other)?.add(resource);
    }
  }
  return found;
}

/** The one that the innermost component around the part is about. */
function mainOfComponent(
  part: RecordedResource,
  ofComponent: Map<string | undefined, RecordedResource[]>,
  parents: Map<string, string | undefined>,
): RecordedResource | undefined {
  for (let component = part.parent; component !== undefined; component = parents.get(component)) {
    const mains = ofComponent.get(component) ?? [];
    if (mains.length > 0) return mains.length === 1 ? mains[0] : undefined;
  }
  return undefined;
}

/** Over other parts where need be; of several as near, the first in rank and name. */
function nearestMain(
  start: RecordedResource,
  neighbours: Map<RecordedResource, Set<RecordedResource>>,
): RecordedResource | undefined {
  const seen = new Set([start]);
  let ring = [start];
  while (ring.length > 0) {
    const next = ring.flatMap((one) => [...(neighbours.get(one) ?? [])]).filter((one) => !seen.has(one));
    const mains = [...new Set(next)].filter((one) => rankOf(one) >= 0);
    if (mains.length > 0) return mains.sort((a, b) => rankOf(a) - rankOf(b) || (a.urn < b.urn ? -1 : 1))[0];
    for (const one of next) seen.add(one);
    ring = [...new Set(next)].filter(({ type }) => SERVING.test(type));
  }
  return undefined;
}
