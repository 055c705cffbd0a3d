import { find, type Mutants, set } from "../support/mutant.ts";

const GROUP_TYPE = "aws:cloudwatch/logGroup:LogGroup";
const FUNCTION_TYPE = "aws:lambda/function:Function";

export const logsMutants: Mutants = {
  "logs/retention": [
    {
      change: "a log is kept for ever",
      stack: "dev",
      mutate: (recording) => set(find(recording, GROUP_TYPE), "retentionInDays", undefined),
    },
    {
      change: "a log is kept for ever",
      mutate: (recording) => set(find(recording, GROUP_TYPE), "retentionInDays", undefined),
    },
  ],
  "logs/retention-a-year": [
    {
      change: "a log of production is kept for two weeks",
      mutate: (recording) => set(find(recording, GROUP_TYPE), "retentionInDays", 14),
    },
  ],
  "logs/declared": [
    {
      change: "a function logs wherever Lambda likes",
      mutate: (recording) => {
        delete find(recording, FUNCTION_TYPE, "hello").propertyDependencies.loggingConfig;
      },
    },
  ],
};
