import { add, editPolicy, find, type Mutant, type Mutants, set } from "../support/mutant.ts";

const ROLE_TYPE = "aws:iam/role:Role";
const POLICY_TYPE = "aws:iam/rolePolicy:RolePolicy";

const allowed = (statement: Record<string, unknown>) => (recording: Parameters<typeof find>[0]) =>
  editPolicy(find(recording, POLICY_TYPE, "hello-policy"), (statements) =>
    statements.push({ Effect: "Allow", ...statement }),
  );

const attached = (type: string, name: string): Mutant => ({
  change: `${name} is attached by ${type.split(":").at(-1)}`,
  mutate: (recording) => add(recording, type, { policyArn: `arn:aws:iam::aws:policy/${name}` }),
});

const TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/sound-prod-plants";

export const iamMutants: Mutants = {
  "iam/no-managed-policy": [
    {
      change: "AWS's own policy is attached to a role",
      mutate: (recording) =>
        add(
          recording,
          "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
          { policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole" },
          { role: find(recording, ROLE_TYPE, "hello-role") },
        ),
    },
    {
      change: "a role lists AWS's own policy",
      stack: "dev",
      mutate: (recording) =>
        set(find(recording, ROLE_TYPE, "hello-role"), "managedPolicyArns", [
          "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess",
        ]),
    },
  ],
  "iam/no-administrator": [
    {
      change: "a role lists the administrator's policy",
      mutate: (recording) =>
        set(find(recording, ROLE_TYPE, "hello-role"), "managedPolicyArns", [
          "arn:aws:iam::aws:policy/AdministratorAccess",
        ]),
    },
    attached("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "AdministratorAccess"),
    attached("aws:iam/policyAttachment:PolicyAttachment", "AdministratorAccess"),
    attached("aws:iam/userPolicyAttachment:UserPolicyAttachment", "PowerUserAccess"),
    attached("aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "IAMFullAccess"),
  ],
  "iam/no-access-keys": [
    {
      change: "a user has a key",
      mutate: (recording) => add(recording, "aws:iam/accessKey:AccessKey", { user: "deployer" }),
    },
  ],
  "iam/no-wildcard-action": [
    {
      change: "a role may do everything with a table",
      mutate: allowed({ Action: "dynamodb:*", Resource: TABLE }),
    },
    { change: "a role may get anything", mutate: allowed({ Action: ["dynamodb:Get*"], Resource: [TABLE] }) },
    {
      change: "a role may do all but one thing",
      mutate: allowed({ NotAction: "iam:PassRole", Resource: TABLE }),
    },
  ],
  "iam/no-wildcard-resource": [
    { change: "a role may read everything", mutate: allowed({ Action: "dynamodb:GetItem", Resource: "*" }) },
    {
      change: "a role may read every table",
      mutate: allowed({
        Action: "dynamodb:GetItem",
        Resource: "arn:aws:dynamodb:eu-central-1:123456789012:table/*",
      }),
    },
    {
      change: "a role may read every bucket",
      mutate: allowed({ Action: "s3:GetObject", Resource: "arn:aws:s3:::*/*" }),
    },
  ],
  "iam/one-service-trusted": [
    {
      change: "a role trusts another account",
      mutate: (recording) =>
        editPolicy(
          find(recording, ROLE_TYPE, "hello-role"),
          (statements) => {
            statements[0] = { ...statements[0], Principal: { AWS: "arn:aws:iam::210987654321:root" } };
          },
          "assumeRolePolicy",
        ),
    },
    {
      change: "a role trusts two services",
      stack: "dev",
      mutate: (recording) =>
        editPolicy(
          find(recording, ROLE_TYPE, "hello-role"),
          (statements) => {
            statements[0] = {
              ...statements[0],
              Principal: { Service: ["lambda.amazonaws.com", "ec2.amazonaws.com"] },
            };
          },
          "assumeRolePolicy",
        ),
    },
  ],
  "iam/no-escalation": [
    {
      change: "a role may hand other roles on",
      mutate: allowed({ Action: "iam:PassRole", Resource: "arn:aws:iam::123456789012:role/deploy" }),
    },
    {
      change: "a role may change a function's code",
      mutate: allowed({
        Action: "lambda:UpdateFunctionCode",
        Resource: "arn:aws:lambda:eu-central-1:123456789012:function:sound-prod-hello",
      }),
    },
  ],
  "iam/one-role-a-function": [
    {
      change: "two functions share a role",
      mutate: (recording) => {
        const type = "aws:lambda/function:Function";
        const { role = [] } = find(recording, type, "readPlants").propertyDependencies;
        find(recording, type, "hello").propertyDependencies.role = role;
      },
    },
  ],
};
