/** Who is let in: policies of queues, topics, keys, secrets, buses, registries and tables; and secrets themselves. */

import { resourcePolicies } from "../every-policy.ts";
import { isOpenToEverybody } from "../policy-document.ts";
import { at, objects, written } from "../reading.ts";
import { each, finding, type Rule, setting } from "../rule.ts";

/** Told by `s3/not-public`, with the bucket's other settings. */
const ofBuckets = ["aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy"];

export const accessRules: Rule[] = [
  {
    id: "access/not-public",
    standards: ["SQS.3", "SNS.4", "KMS.5", "CKV_AWS_32", "CKV_AWS_33", "CKV_AWS_168", "CKV_AWS_169"],
    title: "No queue, topic, key, secret, event bus, registry or table lets everybody in",
    remedy:
      "Name the principal, or narrow the statement by a condition on the account or on the source's ARN.",
    waivable: false,
    check: (recording) => [
      ...resourcePolicies(recording)
        .filter(({ resource }) => !ofBuckets.includes(resource.type))
        .flatMap(({ resource, document }) =>
          finding(resource, isOpenToEverybody(document) ? "its policy lets everybody in" : undefined),
        ),
      ...each("aws:cloudwatch/eventPermission:EventPermission", (permission) =>
        at(permission, "principal") === "*" && at(permission, "condition") === undefined
          ? "lets everybody put events"
          : undefined,
      )(recording),
    ],
  },
  {
    id: "secrets/encrypted-parameters",
    standards: ["CKV_AWS_337", "AWS-0098"],
    title: "A parameter whose name says that it is secret is encrypted",
    remedy: 'Set `type: "SecureString"`.',
    check: each("aws:ssm/parameter:Parameter", (parameter) => {
      const name = written(at(parameter, "name") ?? parameter.name);
      return /password|secret|token|api-?key|private-?key/i.test(name) &&
        at(parameter, "type") !== "SecureString"
        ? `${name} is stored as ${written(at(parameter, "type"))}`
        : undefined;
    }),
  },
  {
    id: "secrets/recovery",
    standards: ["SecretsManager.4"],
    title: "A secret of production that was deleted can be had back for a week",
    remedy: "Leave `recoveryWindowInDays` out, or set it to 7 or more.",
    onlyInProduction: true,
    check: setting(
      ["aws:secretsmanager/secret:Secret"],
      "recoveryWindowInDays",
      (value) => value === undefined || Number(value) >= 7,
      "is gone at once",
    ),
  },
  {
    id: "step-functions/log",
    standards: ["StepFunctions.1", "CKV_AWS_285", "AwsSolutions-SF1"],
    title: "What a state machine did is written down",
    remedy: 'Set `loggingConfiguration.level` to "ERROR" or "ALL", with a destination.',
    check: setting(
      ["aws:sfn/stateMachine:StateMachine"],
      "loggingConfiguration.level",
      (value) => value !== undefined && value !== "OFF",
      "has no log",
    ),
  },
  {
    id: "audit/trail",
    standards: ["CloudTrail.1", "CloudTrail.4", "CKV_AWS_36", "CKV_AWS_67"],
    title: "A trail covers all regions, and a change of its files is noticed",
    remedy: "Set `isMultiRegionTrail` and `enableLogFileValidation` to true.",
    check: (recording) =>
      ["isMultiRegionTrail", "enableLogFileValidation"].flatMap((property) =>
        setting(
          ["aws:cloudtrail/trail:Trail"],
          property,
          (value) => value === true,
          "is half a trail",
        )(recording),
      ),
  },
  {
    id: "code-build/no-secret",
    standards: ["CodeBuild.2", "CKV_AWS_316"],
    title: "No build has a key or password in plain text, nor the rights of its host without need",
    remedy:
      'Give the variable the type "PARAMETER_STORE" or "SECRETS_MANAGER", and leave `privilegedMode` out.',
    check: each("aws:codebuild/project:Project", (project) => {
      if (at(project, "environment.privilegedMode") === true) return "runs with the rights of its host";
      const named = objects(project, "environment.environmentVariables")
        .filter(({ type }) => type === undefined || type === "PLAINTEXT")
        .map(({ name }) => written(name))
        .filter((name) => /PASSWORD|SECRET|TOKEN|API_?KEY|ACCESS_KEY/i.test(name));
      return named.length > 0 ? `plain text in variable ${named.join(", ")}` : undefined;
    }),
  },
];
