/** What is made up for each remote component, by its type. */
import { expandVpc } from "./awsx.ts";
import { expandCluster } from "./eks.ts";
import type { Expand, Expansion } from "./expansion.ts";

export const EXPANSIONS: Record<string, Expand> = {
  "awsx:ec2:Vpc": expandVpc,
  /** Every account has one in each region, with public subnets alone. */
  "awsx:ec2:DefaultVpc": (_, make) => ({
    vpcId: make("aws:ec2/vpc:Vpc", "default").outputs.id,
    publicSubnetIds: [1, 2, 3].map((zone) => make("aws:ec2/subnet:Subnet", `default-${zone}`).outputs.id),
    privateSubnetIds: [],
  }),
  "awsx:ecr:Repository": ({ name, inputs }, make) => {
    const repository = make("aws:ecr/repository:Repository", name, inputs);
    return { url: repository.outputs.repositoryUrl, repository };
  },
  "awsx:ecr:Image": ({ inputs }) => ({ imageUri: `${inputs.repositoryUrl}:${inputs.imageTag ?? "latest"}` }),
  "awsx:lb:ApplicationLoadBalancer": (declaration, make) => ({
    ...balancer(declaration, make),
    defaultSecurityGroup: make("aws:ec2/securityGroup:SecurityGroup", declaration.name),
  }),
  "awsx:lb:NetworkLoadBalancer": balancer,
  "awsx:ecs:FargateService": service,
  "awsx:ecs:EC2Service": service,
  "awsx:ecs:FargateTaskDefinition": task,
  "awsx:ecs:EC2TaskDefinition": task,
  "eks:index:Cluster": expandCluster,
  "aws-apigateway:index:RestAPI": ({ name, inputs }, make) => {
    const stageName = inputs.stageName ?? "stage";
    const api = make("aws:apigateway/restApi:RestApi", name);
    const restApi = api.outputs.id;
    const deployment = make("aws:apigateway/deployment:Deployment", name, { restApi });
    const stage = make("aws:apigateway/stage:Stage", name, { restApi, stageName });
    return { url: `${stage.outputs.invokeUrl}/`, api, deployment, stage };
  },
};

/** Unless told otherwise it listens for HTTP, and hands on to where the program's tasks register themselves. */
function balancer(...[{ name, inputs }, make]: Parameters<Expand>): Expansion {
  const loadBalancer = make("aws:lb/loadBalancer:LoadBalancer", name, inputs);
  const port = (inputs.defaultTargetGroupPort as number | undefined) ?? 80;
  return {
    loadBalancer,
    defaultTargetGroup: make("aws:lb/targetGroup:TargetGroup", name, { port, protocol: "HTTP" }),
    listeners: [make("aws:lb/listener:Listener", name, { loadBalancerArn: loadBalancer.outputs.arn, port })],
  };
}

function service(...[{ name }, make]: Parameters<Expand>): Expansion {
  return {
    service: make("aws:ecs/service:Service", name),
    taskDefinition: make("aws:ecs/taskDefinition:TaskDefinition", name, { family: name }),
  };
}

function task(...[{ name, inputs }, make]: Parameters<Expand>): Expansion {
  const family = inputs.family ?? name;
  return {
    loadBalancers: [],
    taskDefinition: make("aws:ecs/taskDefinition:TaskDefinition", name, { family }),
  };
}
