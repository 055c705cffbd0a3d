/** What an account needs once: who may come from GitHub, what they may do, and where the state of the stacks is kept. */
import { Bucket } from "../components/bucket.ts";
import { GithubTrust } from "./github-trust.ts";
import { DeployRole, PreviewRole } from "./roles.ts";
import { SecretsKey } from "./secrets-key.ts";
import { readSettings } from "./settings.ts";

const { repository, service, stages, githubProviderArn } = readSettings();

// Where deployments leave their state, and what its secrets are encrypted with.
const state = new Bucket("state", { protect: true, accessLog: true });
const key = new SecretsKey("secrets");

// Who may come, and what for.
const github = new GithubTrust("github", { repository, providerArn: githubProviderArn });
const preview = new PreviewRole("preview", { github, state, key, service });
const deploy = stages.map(
  (stage) => new DeployRole(`deploy-${stage}`, { github, state, key, service, stage }),
);

// What the repository's variables and `pulumi login` want to know.
export const backend = state.bucketName.apply((name) => `s3://${name}`);
export const secretsProvider = key.secretsProvider;
export const previewRole = preview.arn;
export const deployRoles = Object.fromEntries(deploy.map(({ stage, arn }) => [stage, arn]));
