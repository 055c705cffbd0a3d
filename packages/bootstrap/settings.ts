/** The configuration of the account's stack, read once. */
import * as pulumi from "@pulumi/pulumi";
import { ConfigReader } from "../components/config-reader.ts";
import { recorder } from "../components/recorder.ts";
import { refuseMissingTags } from "../components/settings-tags.ts";

export interface Settings {
  /** `owner/name` on GitHub. */
  repository: string;
  /** Name of the project that is deployed. */
  service: string;
  stages: string[];
  /** Empty to create the provider. */
  githubProviderArn: string;
}

const forms = {
  repository: { pattern: /^[\w.-]+\/[\w.-]+$/, allowed: "a repository on GitHub, e.g. example/tandem" },
  name: { pattern: /^[a-z][a-z0-9-]*$/, allowed: "a name of small letters, digits and hyphens" },
  provider: {
    pattern: /^arn:aws:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/,
    allowed: "the ARN of GitHub's OIDC provider in this account",
    optional: true,
  },
};

/** @throws {Mistake} that tells every wrong value at once */
export function readSettings(): Settings {
  const config = new ConfigReader();
  const settings: Settings = {
    repository: config.text("repository", forms.repository),
    service: config.text("service", forms.name),
    stages: config.list("stages", forms.name),
    githubProviderArn: config.text("githubProviderArn", forms.provider),
  };
  if (settings.stages.length === 0) config.refuse("stages", undefined, "at least one stage");
  refuseMissingTags(config, { service: pulumi.getProject(), stage: pulumi.getStack() });
  // A recorded program touches no cloud: placeholders are as good as values.
  if (!recorder() && settings.repository === "example/tandem") {
    config.refuse("repository", settings.repository, "your own repository, no placeholder");
  }
  config.finish();
  return settings;
}
