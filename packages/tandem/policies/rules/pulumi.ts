import { keepsRecords } from "../../program/reading/holds-data.ts";
import type { Recording, Value } from "../../program/recording.ts";
import { stackUrn } from "../../program/urns.ts";
import { isSecret, opened, shown, textsIn } from "../reading.ts";
import type { Finding, Rule } from "../rule.ts";

/** What JavaScript makes of an Output, or of any object, that is put into a string. */
const STRINGIFIED_OBJECT = /Calling \[toString\] on an \[Output<T>\]|\[object (Object|Promise)\]/;

/** Shorter ones would be found everywhere. */
const SHORTEST_SECRET = 6;

export const pulumiRules: Rule[] = [
  {
    id: "pulumi/protect",
    standards: [],
    title: "Pulumi refuses to delete what holds data of production",
    remedy: "Set the option `protect: true`.",
    onlyInProduction: true,
    check: ({ resources }) =>
      resources
        .filter((resource) => keepsRecords(resource.type) && !resource.read && !resource.protect)
        .map(({ urn }) => ({ urn, message: "not protected" })),
  },
  {
    id: "pulumi/no-plain-secret",
    standards: [],
    title: "A secret never stands in an output that anybody can read",
    remedy: "Keep the output secret (`pulumi.secret`), or leave it out.",
    waivable: false,
    check: (recording) => {
      const secrets = secretsOf(recording);
      return Object.entries(recording.outputs)
        .filter(([, value]) =>
          [...textsIn(value)].some(({ text }) => secrets.some((secret) => text.includes(secret))),
        )
        .map(([name]) => ({ urn: stackUrn(recording), message: `output ${name} shows a secret` }));
    },
  },
  {
    id: "pulumi/no-output-in-string",
    standards: [],
    title: "No Output was put into a plain string",
    remedy: "Use `pulumi.interpolate` or `pulumi.jsonStringify`.",
    check: (recording) => [
      ...recording.resources.flatMap(({ urn, inputs }) => stringified(urn, inputs)),
      ...stringified(stackUrn(recording), recording.outputs),
    ],
  },
];

function stringified(urn: string, values: Value): Finding[] {
  const found = [...textsIn(values)].find(({ text }) => STRINGIFIED_OBJECT.test(text));
  return found ? [{ urn, message: `${found.path} is ${shown(found.text.slice(0, 80))}` }] : [];
}

/** Every secret text of the program: of its configuration and of its resources. */
function secretsOf({ config, resources }: Recording): string[] {
  const values: Value[] = [config, ...resources.flatMap(({ inputs, outputs }) => [inputs, outputs])];
  return [...new Set(values.flatMap((value) => [...secretTexts(value)]))].filter(
    (text) => text.length >= SHORTEST_SECRET,
  );
}

function* secretTexts(value: Value): Generator<string> {
  if (isSecret(value)) {
    for (const { text } of textsIn(opened(value))) yield text;
  } else if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) yield* secretTexts(item as Value);
  }
}
