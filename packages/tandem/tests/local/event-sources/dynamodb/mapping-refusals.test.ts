import assert from "node:assert/strict";
import { streamRefusals } from "../../../../local/event-sources/dynamodb/mapping-refusals.ts";
import type { Values } from "../../../../program/recording.ts";
import { REGION, recording, resource } from "../../iam/recordings.ts";

const arn = `arn:aws:dynamodb:${REGION}:123456789012:table/motors`;
const streamArn = `${arn}/stream/2026-01-01T00:00:00.000`;
const streamed = resource("aws:dynamodb/table:Table", "motors", { streamEnabled: true }, { arn, streamArn });

function refused(inputs: Values, more: Values = {}): string[] {
  const all = [inputs, more].filter((one) => Object.keys(one).length > 0);
  const mappings = all.map((of, index) =>
    resource("aws:lambda/eventSourceMapping:EventSourceMapping", `source${index}`, {
      eventSourceArn: streamArn,
      functionName: "changeMotors",
      startingPosition: "LATEST",
      ...of,
    }),
  );
  return streamRefusals(recording(streamed, ...mappings)).map(({ line, isLeftOut }) =>
    `${isLeftOut ? "left out: " : ""}${line}`.replace("Event source mapping ", ""),
  );
}

describe("mistakes in the mapping of a table's stream", () => {
  it("are none in one that AWS takes", () => {
    assert.deepEqual(refused({ batchSize: 10_000, maximumBatchingWindowInSeconds: 300 }), []);
  });

  it("are a table without a stream, a table for its stream, and a stream of nobody", () => {
    assert.deepEqual(refused({ eventSourceArn: undefined as never }), [
      "left out: source0: it has no eventSourceArn (a table has a streamArn only with streamEnabled: true).",
    ]);
    assert.match(refused({ eventSourceArn: arn })[0] ?? "", /^left out: source0: Unrecognized event source/);
    assert.match(
      refused({ eventSourceArn: streamArn.replace("motors", "other") })[0] ?? "",
      /^left out: source0: Stream not found/,
    );
  });

  it("are the second mapping to one function, and a filter that is no JSON", () => {
    assert.deepEqual(refused({ batchSize: 1 }, { batchSize: 2 }), [
      "left out: source1: this stream is mapped to this function already.",
    ]);
    assert.match(
      refused({ filterCriteria: { filters: [{ pattern: "no" }] } })[0] ?? "",
      /^left out: source0: Invalid filter pattern/,
    );
  });

  it("are a destination that is neither queue, topic nor bucket", () => {
    const refusedOf = (destinationArn: string) =>
      refused({ destinationConfig: { onFailure: { destinationArn } } });
    assert.deepEqual(refusedOf("arn:aws:s3:::failures"), []);
    assert.deepEqual(refusedOf(`arn:aws:lambda:${REGION}:123456789012:function:f`), [
      `source0: records that it gives up can be told to queues, topics and buckets, not to arn:aws:lambda:${REGION}:123456789012:function:f.`,
    ]);
  });

  it("are settings out of bounds", () => {
    assert.deepEqual(
      refused({ startingPosition: "AT_TIMESTAMP", batchSize: 10_001, maximumRetryAttempts: -2 }),
      [
        "source0: its startingPosition AT_TIMESTAMP must be LATEST or TRIM_HORIZON.",
        "source0: its batchSize of 10001 must be from 1 to 10000.",
        "source0: its maximumRetryAttempts of -2 must be from -1 to 10000.",
      ],
    );
  });
});
