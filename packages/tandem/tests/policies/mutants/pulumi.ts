import { add, find, type Mutants, set } from "../support/mutant.ts";

const CLUSTER_TYPE = "mongodbatlas:index/advancedCluster:AdvancedCluster";

export const pulumiMutants: Mutants = {
  "pulumi/protect": [
    {
      change: "Pulumi may delete the cluster",
      mutate: (recording) => {
        find(recording, CLUSTER_TYPE).protect = false;
      },
    },
    {
      change: "Pulumi may delete a table",
      mutate: (recording) => {
        find(recording, "aws:dynamodb/table:Table", "plants").protect = false;
      },
    },
    {
      change: "Pulumi may delete a file system",
      mutate: (recording) => {
        add(recording, "aws:efs/fileSystem:FileSystem", { encrypted: true }).protect = false;
      },
    },
  ],
  "pulumi/no-plain-secret": [
    {
      change: "an output shows a secret of the configuration",
      mutate: (recording) => {
        recording.config["sound:signingKey"] = { $: "secret", value: "correct horse battery" };
        recording.outputs.hint = { text: "it is correct horse battery" };
      },
    },
  ],
  "pulumi/no-output-in-string": [
    {
      change: "a name was made of an Output",
      mutate: (recording) =>
        set(
          find(recording, "aws:sqs/queue:Queue", "changes"),
          "name",
          "sound-Calling [toString] on an [Output<T>] is not supported.",
        ),
    },
    {
      change: "an output is an object made a string",
      stack: "dev",
      mutate: (recording) => {
        recording.outputs.apiUrl = "https://[object Object]";
      },
    },
  ],
};
