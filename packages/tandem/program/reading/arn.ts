/** The parts of an ARN: `arn:aws:dynamodb:eu-central-1:123456789012:table/orders`. */
export interface Arn {
  partition: string;
  service: string;
  /** Empty for what has none, e.g. a role. */
  region: string;
  /** Empty for what has none, e.g. a bucket. */
  account: string;
  /** All that stands behind the account, with its own colons: `function:hello:live`. */
  resource: string;
}

/** Account of all that a recording makes up; the one that AWS uses in its own documentation. */
export const ACCOUNT_ID = "123456789012";

/** Undefined for a text that is no ARN. */
export function readArn(text: string | undefined): Arn | undefined {
  const [arn, partition = "", service = "", region = "", account = "", ...resource] = text?.split(":") ?? [];
  return arn === "arn" && resource.length > 0
    ? { partition, service, region, account, resource: resource.join(":") }
    : undefined;
}
