import { FUNCTION_TYPE } from "../functions.ts";
import { at, holds, number, shown, targets } from "../reading.ts";
import { each, type Rule } from "../rule.ts";

const LOG_GROUP_TYPE = "aws:cloudwatch/logGroup:LogGroup";
const A_YEAR = 365;

export const logRules: Rule[] = [
  {
    id: "logs/retention",
    standards: ["CKV_AWS_66", "CloudWatch.16"],
    title: "Logs are kept for a time that somebody chose",
    remedy: "Set `retentionInDays`.",
    check: each(LOG_GROUP_TYPE, (group) => {
      const days = at(group, "retentionInDays");
      return holds(days, (value) => number(value) > 0) ? undefined : `retentionInDays is ${shown(days)}`;
    }),
  },
  {
    id: "logs/retention-a-year",
    standards: ["CKV_AWS_338"],
    title: "What happened in production can be told for a year",
    remedy: `Set \`retentionInDays\` to ${A_YEAR} or more (config \`logRetentionDays\`).`,
    onlyInProduction: true,
    check: each(LOG_GROUP_TYPE, (group) => {
      const days = at(group, "retentionInDays");
      return days === undefined || holds(days, (value) => number(value) >= A_YEAR)
        ? undefined
        : `kept for ${shown(days)} days`;
    }),
  },
  {
    id: "logs/declared",
    standards: [],
    title: "A function logs to a group of this program; one that Lambda makes keeps its lines for ever",
    remedy: "Declare a log group and set `loggingConfig.logGroup`.",
    check: each(FUNCTION_TYPE, (lambda, recording) =>
      targets(recording, lambda, "loggingConfig", LOG_GROUP_TYPE).length === 0
        ? "logs to no declared group"
        : undefined,
    ),
  },
];
