/**
 * Answers the functions of providers that a program calls while it runs (`aws.getCallerIdentity()` and the like).
 * What stands in no table is an error that names the token: a made-up answer nobody asked for would be worse.
 */
import { ACCOUNT } from "./outputs/subject.ts";

export interface InvokeContext {
  region: string;
}

export type InvokeAnswer = (args: Record<string, unknown>, context: InvokeContext) => unknown;

/** Token (`aws:index/getRegion:getRegion`) → answer; a plain object is the answer itself. */
export type InvokeAnswers = Record<string, InvokeAnswer | Record<string, unknown>>;

const STANDARD: Record<string, InvokeAnswer> = {
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    id: ACCOUNT,
    accountId: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:user/recorder`,
    userId: "AIDARECORDER00000000",
  }),
  "aws:index/getRegion:getRegion": (_, { region }) => ({
    id: region,
    name: region,
    region,
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": (_, { region }) => ({
    id: region,
    region,
    names: ["a", "b", "c"].map((zone) => region + zone),
    zoneIds: ["az1", "az2", "az3"].map((zone) => `${region}-${zone}`),
    groupNames: [region],
  }),
};

/** @throws when neither the caller nor the table knows the token */
export async function answerInvoke(
  token: string,
  args: Record<string, unknown>,
  context: InvokeContext,
  given: InvokeAnswers,
): Promise<unknown> {
  const answer = given[token] ?? STANDARD[token];
  if (answer === undefined) {
    throw new Error(
      `The program calls ${token}(${JSON.stringify(args)}), which needs a cloud to answer. ` +
        `Answer it with invokes: { "${token}": (args) => ({ … }) }`,
    );
  }
  return typeof answer === "function" ? await answer(args, context) : answer;
}
