/** Default tags are the provider's configuration; here it is only seen to that none is missing or another stage's. */
import type { ConfigReader } from "./config-reader.ts";

interface Identity {
  service: string;
  stage: string;
}

export function refuseMissingTags(config: ConfigReader, { service, stage }: Identity): void {
  const { tags } = config.map("aws:defaultTags") as { tags?: Record<string, unknown> };
  const key = "aws:defaultTags";
  if (tags?.service !== service) config.refuse(key, tags, `tags with service: ${service}`);
  if (tags?.stage !== stage) config.refuse(key, tags, `tags with stage: ${stage}`);
  if (!tags?.owner) config.refuse(key, tags, "tags with owner: whom to ask about the stack");
  if (!tags?.repository) config.refuse(key, tags, "tags with repository: where this program is kept");
}
