/** What an account or AWS itself holds that no program declares: images, lists, log-ins, the organisation. */

import { Named } from "../outputs/declaration.ts";
import { ACCOUNT_ID } from "../reading/arn.ts";
import { declarationOf } from "./declaration.ts";
import type { InvokeAnswer } from "./invoke-answer.ts";

/** Undefined where only the account knows. */
type Rule = (it: Named) => Record<string, unknown> | undefined;

/** A default VPC has a subnet in each of three zones, of 4,096 addresses each. */
const ZONES = [0, 1, 2];

const RULES: Record<string, Rule> = {
  "aws:ec2/getAmi:getAmi": (it) => {
    const id = `ami-${it.digits(17)}`;
    const { owners, filters = [] } = it.inputs as { owners?: string[]; filters?: Filter[] };
    const wanted = (name: string) => filters.find((filter) => filter.name === name)?.values?.[0];
    const name = wanted("name")?.replaceAll("*", it.digits(4)) ?? id;
    return {
      id,
      imageId: id,
      arn: `arn:aws:ec2:${it.region}::image/${id}`,
      name,
      architecture: wanted("architecture") ?? (/arm64|aarch64/.test(name) ? "arm64" : "x86_64"),
      ownerId: owners?.find((owner) => /^\d+$/.test(owner)) ?? ACCOUNT_ID,
      rootDeviceName: "/dev/xvda",
      rootDeviceType: "ebs",
      virtualizationType: "hvm",
      platformDetails: "Linux/UNIX",
      state: "available",
    };
  },
  "aws:ec2/getSubnets:getSubnets": (it) => ({
    id: it.region,
    ids: ZONES.map((zone) => `subnet-${it.digits(17, String(zone))}`),
  }),
  "aws:ec2/getSecurityGroups:getSecurityGroups": (it) => ({
    id: it.region,
    ids: [`sg-${it.digits(17)}`],
    arns: [it.arn("ec2", `security-group/sg-${it.digits(17)}`)],
  }),
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": (it) => ({
    id: it.region,
    userName: "AWS",
    password: LOG_IN,
    authorizationToken: Buffer.from(`AWS:${LOG_IN}`).toString("base64"),
    proxyEndpoint: `https://${ACCOUNT_ID}.dkr.ecr.${it.region}.amazonaws.com`,
    expiresAt: "2100-01-01T00:00:00Z",
  }),
  "aws:ecr/getCredentials:getCredentials": (it) => ({
    id: it.region,
    authorizationToken: Buffer.from(`AWS:${LOG_IN}`).toString("base64"),
    proxyEndpoint: `https://${ACCOUNT_ID}.dkr.ecr.${it.region}.amazonaws.com`,
    expiresAt: "2100-01-01T00:00:00Z",
  }),
  "aws:organizations/getOrganization:getOrganization": (it) => {
    const id = `o-${it.letters(10)}`;
    const root = `r-${it.letters(4)}`;
    return {
      id,
      arn: it.globalArn("organizations", `organization/${id}`),
      masterAccountId: ACCOUNT_ID,
      masterAccountArn: it.globalArn("organizations", `account/${id}/${ACCOUNT_ID}`),
      roots: [
        {
          id: root,
          arn: it.globalArn("organizations", `root/${id}/${root}`),
          name: "Root",
          policyTypes: [],
        },
      ],
      accounts: [],
      nonMasterAccounts: [],
      featureSet: "ALL",
      enabledPolicyTypes: [],
      awsServiceAccessPrincipals: [],
    };
  },
  "aws:s3/getCanonicalUserId:getCanonicalUserId": (it) => ({ id: it.digits(64), displayName: "recorder" }),
  "aws:cloudfront/getCachePolicy:getCachePolicy": (it) => ({ id: it.uuid() }),
  "aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy": (it) => ({ id: it.uuid() }),
  "aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy": (it) => ({ id: it.uuid() }),
  /** AWS's own parameters say which image is the latest; any other holds what a person put there. */
  "aws:ssm/getParameter:getParameter": (it) => {
    const name = it.text("name");
    if (!name.startsWith("/aws/service/")) return undefined;
    const image = `ami-${it.digits(17)}`;
    const value = name.endsWith("/recommended")
      ? JSON.stringify({ schema_version: 1, image_id: image, image_name: image, os: "Amazon Linux" })
      : image;
    return { id: name, arn: `arn:aws:ssm:${it.region}::parameter${name}`, type: "String", value, version: 1 };
  },
  "tls:index/getCertificate:getCertificate": (it) => ({
    id: it.digits(40),
    certificates: [{ sha1Fingerprint: it.digits(40), isCa: true }],
  }),
};

/** Opens nothing: the registry it would be for is recorded, not made. */
const LOG_IN = "recorded";

interface Filter {
  name: string;
  values?: string[];
}

export const accountInvokes: Record<string, InvokeAnswer> = Object.fromEntries(
  Object.entries(RULES).map(([token, rule]): [string, InvokeAnswer] => [
    token,
    (args, context) => {
      const made = rule(new Named(declarationOf(token, args, context)));
      return made && { ...args, ...made };
    },
  ]),
);
