/** Servers, containers, load balancers and managed databases: addresses that programs pass on. */

import { ACCOUNT_ID } from "../reading/arn.ts";
import type { Named, Rules } from "./declaration.ts";

/** What kubeconfigs carry of a cluster: in base64, and no certificate that anything here would trust. */
const CA_CERTIFICATE = Buffer.from(
  "-----BEGIN CERTIFICATE-----\nmade up\n-----END CERTIFICATE-----\n",
).toString("base64");

export const compute: Rules = {
  "aws:ec2/instance:Instance": (it) => {
    const id = `i-${it.digits(17)}`;
    const [publicIp, privateIp] = [address(it, "203.0.113"), address(it, "10.0.0")];
    return {
      id,
      arn: it.arn("ec2", `instance/${id}`),
      publicIp,
      privateIp,
      publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${it.region}.compute.amazonaws.com`,
      privateDns: `ip-${privateIp.replaceAll(".", "-")}.${it.region}.compute.internal`,
    };
  },
  "aws:ecr/repository:Repository": (it) => {
    const name = it.physicalName();
    const registryId = ACCOUNT_ID;
    const repositoryUrl = `${registryId}.dkr.ecr.${it.region}.amazonaws.com/${name}`;
    return { id: name, name, arn: it.arn("ecr", `repository/${name}`), registryId, repositoryUrl };
  },
  "aws:ecs/cluster:Cluster": (it) => {
    const name = it.physicalName();
    const arn = it.arn("ecs", `cluster/${name}`);
    return { id: arn, name, arn };
  },
  "aws:ecs/taskDefinition:TaskDefinition": (it) => {
    const family = it.text("family");
    return { id: family, arn: it.arn("ecs", `task-definition/${family}:1`), revision: 1 };
  },
  "aws:eks/cluster:Cluster": (it) => {
    const name = it.physicalName();
    const digits = it.digits(32).toUpperCase();
    return {
      id: name,
      name,
      arn: it.arn("eks", `cluster/${name}`),
      endpoint: `https://${digits}.gr7.${it.region}.eks.amazonaws.com`,
      identities: [{ oidcs: [{ issuer: `https://oidc.eks.${it.region}.amazonaws.com/id/${digits}` }] }],
      certificateAuthority: { data: CA_CERTIFICATE },
      vpcConfig: { ...(it.inputs.vpcConfig as object), clusterSecurityGroupId: `sg-${it.digits(17)}` },
      status: "ACTIVE",
    };
  },
  // Programs for several clouds write its kubeconfig by hand, beside that of EKS.
  "gcp:container/cluster:Cluster": (it) => ({
    id: it.physicalName(),
    name: it.physicalName(),
    endpoint: address(it, "203.0.113"),
    masterAuth: { ...(it.inputs.masterAuth as object), clusterCaCertificate: CA_CERTIFICATE },
  }),
  "aws:ecs/service:Service": (it) => {
    const name = it.physicalName();
    const cluster = it.text("cluster").split("/").at(-1) || "default";
    return { id: it.arn("ecs", `service/${cluster}/${name}`), name };
  },
  "aws:lb/loadBalancer:LoadBalancer": (it) => {
    const name = it.physicalName();
    const kind = it.text("loadBalancerType") === "network" ? "net" : "app";
    const arnSuffix = `${kind}/${name}/${it.digits(16)}`;
    const arn = it.arn("elasticloadbalancing", `loadbalancer/${arnSuffix}`);
    const dnsName = `${name}-${it.digits(10)}.${it.region}.elb.amazonaws.com`;
    return { id: arn, name, arn, arnSuffix, dnsName, zoneId: `Z${it.letters(13).toUpperCase()}` };
  },
  "aws:lb/targetGroup:TargetGroup": (it) => {
    const name = it.physicalName();
    const arnSuffix = `targetgroup/${name}/${it.digits(16)}`;
    const arn = it.arn("elasticloadbalancing", arnSuffix);
    return { id: arn, name, arn, arnSuffix };
  },
  "aws:lb/listener:Listener": (it) => {
    const balancer = it.text("loadBalancerArn").replace(":loadbalancer/", ":listener/");
    const arn = `${balancer}/${it.digits(16)}`;
    return { id: arn, arn };
  },
  "aws:rds/instance:Instance": (it) => {
    const identifier = it.physicalName("identifier");
    const host = `${identifier}.${it.letters(12)}.${it.region}.rds.amazonaws.com`;
    const port = it.inputs.port ?? (it.text("engine").includes("postgres") ? POSTGRES_PORT : MYSQL_PORT);
    return {
      id: identifier,
      identifier,
      arn: it.arn("rds", `db:${identifier}`),
      address: host,
      endpoint: `${host}:${port}`,
      port,
    };
  },
  "aws:rds/cluster:Cluster": (it) => {
    const clusterIdentifier = it.physicalName("clusterIdentifier");
    const host = (infix: string) =>
      `${clusterIdentifier}.${infix}${it.letters(12)}.${it.region}.rds.amazonaws.com`;
    return {
      id: clusterIdentifier,
      clusterIdentifier,
      arn: it.arn("rds", `cluster:${clusterIdentifier}`),
      endpoint: host("cluster-"),
      readerEndpoint: host("cluster-ro-"),
    };
  },
  "aws:efs/fileSystem:FileSystem": (it) => {
    const id = `fs-${it.digits(17)}`;
    return {
      id,
      arn: it.arn("elasticfilesystem", `file-system/${id}`),
      dnsName: `${id}.efs.${it.region}.amazonaws.com`,
    };
  },
  "aws:cloudfront/originAccessIdentity:OriginAccessIdentity": (it) => {
    const id = `E${it.letters(13).toUpperCase()}`;
    return {
      id,
      iamArn: `arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity ${id}`,
      cloudfrontAccessIdentityPath: `origin-access-identity/cloudfront/${id}`,
    };
  },
};

const POSTGRES_PORT = 5432;
const MYSQL_PORT = 3306;

/** An address in a /24 block, never its first or last. */
function address(it: Named, block: string): string {
  return `${block}.${1 + (Number.parseInt(it.digits(6, block), 16) % 254)}`;
}
