/** What `eks.Cluster` makes: the cluster, the identity provider by which its pods take on roles, and who may reach it. */
import type { Expand } from "./expansion.ts";

export const expandCluster: Expand = ({ name, inputs }, make) => {
  const eksCluster = make("aws:eks/cluster:Cluster", name, { name: inputs.name ?? name });
  const { endpoint, identities, id } = eksCluster.outputs;
  const [{ oidcs }] = identities as [{ oidcs: [{ issuer: string }] }];
  const url = oidcs[0].issuer;
  const oidcProvider = make("aws:iam/openIdConnectProvider:OpenIdConnectProvider", name, { url });
  const clusterSecurityGroup = make("aws:ec2/securityGroup:SecurityGroup", `${name}-cluster`);
  const nodeSecurityGroup = make("aws:ec2/securityGroup:SecurityGroup", `${name}-node`);
  const instanceRoles = [make("aws:iam/role:Role", `${name}-node`)];
  const subnetIds = [inputs.subnetIds, inputs.publicSubnetIds, inputs.privateSubnetIds]
    .flat()
    .filter(Boolean);
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: id, cluster: { server: endpoint } }],
  };
  return {
    eksCluster,
    kubeconfig,
    kubeconfigJson: JSON.stringify(kubeconfig),
    oidcIssuer: url.replace("https://", ""),
    oidcProviderUrl: url,
    oidcProviderArn: oidcProvider.outputs.arn,
    clusterSecurityGroup,
    clusterSecurityGroupId: clusterSecurityGroup.outputs.id,
    nodeSecurityGroup,
    nodeSecurityGroupId: nodeSecurityGroup.outputs.id,
    instanceRoles,
    core: {
      cluster: eksCluster,
      endpoint,
      kubeconfig,
      oidcProvider,
      clusterSecurityGroup,
      instanceRoles,
      subnetIds,
      vpcId: inputs.vpcId,
    },
  };
};
