import { find, type Mutants } from "../support/mutant.ts";
import { open, wrong } from "../support/other-kinds.ts";

export const accessMutants: Mutants = {
  "access/not-public": [
    {
      change: "everybody may send to a queue",
      mutate: (recording) => {
        const policy = find(recording, "aws:sqs/queuePolicy:QueuePolicy", "changes-policy");
        const document = JSON.parse(policy.inputs.policy as string) as { Statement: unknown[] };
        document.Statement.push({
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: "sqs:SendMessage",
          Resource: "*",
        });
        policy.inputs.policy = JSON.stringify(document);
      },
    },
    open("everybody may publish to a topic", "aws:sns/topicPolicy:TopicPolicy"),
    open("everybody may use a key", "aws:kms/keyPolicy:KeyPolicy"),
    open("everybody may read a secret", "aws:secretsmanager/secretPolicy:SecretPolicy"),
    open("a secret's own policy lets everybody in", "aws:secretsmanager/secret:Secret"),
    open("everybody may put events", "aws:cloudwatch/eventBusPolicy:EventBusPolicy"),
    open("everybody may pull images", "aws:ecr/repositoryPolicy:RepositoryPolicy"),
    open("everybody may read a table", "aws:dynamodb/resourcePolicy:ResourcePolicy"),
    open("everybody may search", "aws:opensearch/domain:Domain", "accessPolicies"),
    wrong("everybody may put events, by a permission", "aws:cloudwatch/eventPermission:EventPermission", {
      principal: "*",
      action: "events:PutEvents",
    }),
  ],
  "secrets/encrypted-parameters": [
    wrong("a password stands in a plain parameter", "aws:ssm/parameter:Parameter", { type: "String" }),
  ],
  "secrets/recovery": [
    wrong("a secret is gone at once", "aws:secretsmanager/secret:Secret", { recoveryWindowInDays: 0 }),
  ],
  "step-functions/log": [
    wrong("a state machine has no log", "aws:sfn/stateMachine:StateMachine", {
      loggingConfiguration: undefined,
    }),
  ],
  "audit/trail": [
    wrong("a trail covers one region", "aws:cloudtrail/trail:Trail", { isMultiRegionTrail: undefined }),
  ],
  "code-build/no-secret": [
    wrong("a build has a token in plain text", "aws:codebuild/project:Project", {
      environment: { environmentVariables: [{ name: "NPM_TOKEN", value: "x" }] },
    }),
    wrong("a build has the rights of its host", "aws:codebuild/project:Project", {
      environment: { privilegedMode: true },
    }),
  ],
};
