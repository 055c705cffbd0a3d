/** Samples of changes of a table, with the keys of the table whose stream the function reads, as its view shows them. */
import { eventSourcesOf } from "../../program/reading/event-sources.ts";
import { isReferenceTo } from "../../program/reading/function-reference.ts";
import type { Recording } from "../../program/recording.ts";
import type { StreamRecord } from "../dynamodb/streams/record.ts";
import { tableDefinitions } from "../dynamodb/table-definitions.ts";

export interface StreamEvent {
  Records: Pick<StreamRecord, "dynamodb">[];
}

const VALUES: Record<string, string> = { S: "sample", N: "1", B: Buffer.from("sample").toString("base64") };

/** The event itself where the function reads no stream of a table of the program. */
export function asStreamGives(event: StreamEvent, functionName: string, recording: Recording): StreamEvent {
  const source = eventSourcesOf(recording).find(
    ({ kind, functionReference }) => kind === "dynamodb" && isReferenceTo(functionName, functionReference),
  );
  const table = tableDefinitions(recording).find(({ stream }) => stream && stream.arn === source?.address);
  if (!table?.stream) return event;
  const { create, stream } = table;
  const keys = create.KeySchema.map(({ AttributeName }) => {
    const { AttributeType = "S" } =
      create.AttributeDefinitions.find((one) => one.AttributeName === AttributeName) ?? {};
    return [AttributeName, { [AttributeType]: VALUES[AttributeType] ?? "" }];
  });
  const Keys = Object.fromEntries(keys);
  const showsNew = stream.viewType === "NEW_IMAGE" || stream.viewType === "NEW_AND_OLD_IMAGES";
  return {
    ...event,
    Records: event.Records.map(({ dynamodb: { NewImage: _, ...dynamodb }, ...record }) => ({
      ...record,
      dynamodb: {
        ...dynamodb,
        Keys,
        ...(showsNew ? { NewImage: { ...Keys, version: { N: "1" } } } : {}),
        StreamViewType: stream.viewType,
      },
    })),
  };
}
