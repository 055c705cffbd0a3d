/** Default tags are the provider's configuration; here it is only seen to that none is missing or another stage's. */
import type { ConfigReader } from "./config-reader.ts";
import { recorder } from "./recorder.ts";

interface Identity {
  service: string;
  stage: string;
}

/** What the stack files say until somebody takes the project over. */
const placeholders = { owner: "team@example.com", repository: "example/tandem" };

export function refuseMissingTags(config: ConfigReader, { service, stage }: Identity): void {
  const { tags } = config.map("aws:defaultTags") as { tags?: Record<string, unknown> };
  const key = "aws:defaultTags";
  if (tags?.service !== service) config.refuse(key, tags, `tags with service: ${service}`);
  if (tags?.stage !== stage) config.refuse(key, tags, `tags with stage: ${stage}`);
  if (!tags?.owner) config.refuse(key, tags, "tags with owner: whom to ask about the stack");
  if (!tags?.repository) config.refuse(key, tags, "tags with repository: where this program is kept");
  // A recorded program touches no cloud: placeholders are as good as values.
  if (recorder()) return;
  for (const [tag, placeholder] of Object.entries(placeholders)) {
    if (tags?.[tag] === placeholder) config.refuse(key, tags, `tags with your own ${tag}, no placeholder`);
  }
}
