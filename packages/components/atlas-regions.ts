/**
 * Which tiers of clusters Atlas offers in which regions of AWS. Copied by hand from the page of `source` on the day of `asOf`;
 * Atlas adds regions, so what is not here is not known, not refused.
 */
export const SOURCE = "https://www.mongodb.com/docs/atlas/reference/amazon-aws/";
export const AS_OF = "2026-11-26";

const allTiers = [
  ...["us-east-1", "us-west-2", "sa-east-1"],
  ...["ap-southeast-1", "ap-southeast-2", "ap-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2"],
  ...["eu-west-1", "eu-central-1", "eu-north-1", "eu-west-3"],
  ...["me-south-1", "af-south-1"],
];

/** Without M0 and Flex. */
const dedicatedTiers = [
  ...["us-east-2", "us-west-1", "ca-central-1", "ca-west-1", "mx-central-1"],
  ...["ap-northeast-3", "ap-south-2", "ap-east-2"],
  ...["ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7"],
  ...["eu-west-2", "eu-south-1", "eu-south-2", "eu-central-2"],
  ...["il-central-1", "me-central-1"],
];

/** Of a region as AWS writes it, e.g. `eu-central-1`. */
export function tiersOffered(awsRegion: string): "all" | "dedicated" | "unknown" {
  if (allTiers.includes(awsRegion)) return "all";
  return dedicatedTiers.includes(awsRegion) ? "dedicated" : "unknown";
}

/** The region of all tiers that is named most like another: on its continent, where there is one. */
export function nearestWithAllTiers(awsRegion: string): string | undefined {
  const continent = awsRegion.slice(0, awsRegion.indexOf("-") + 1);
  return allTiers.find((candidate) => candidate.startsWith(continent));
}
