import assert from "node:assert/strict";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { programUnderTest } from "pulumi-tandem";
import { event, jsonEvent } from "../support/event.ts";

const ONE = "/movies/{year}/{title+}";
const path = { year: "1997", title: "Face/Off" };
const info = {
  directors: ["John Woo"],
  actors: ["Nicolas Cage"],
  genres: ["Action"],
  rating: 7.3,
  runningTimeSecs: 8340,
};

describe("movies", () => {
  it("are put, read and deleted", async () => {
    const program = await programUnderTest();
    const put = await program.invoke("putMovie", jsonEvent({ routeKey: `PUT ${ONE}`, path }, { info }));
    assert.equal(put.statusCode, 201);
    const read = await program.invoke("readMovie", event({ routeKey: `GET ${ONE}`, path }));
    assert.partialDeepStrictEqual(JSON.parse(read.body), { year: 1997, title: "Face/Off", info });
    const deleted = await program.invoke("deleteMovie", event({ routeKey: `DELETE ${ONE}`, path }));
    assert.equal(deleted.statusCode, 204);
    const gone = await program.invoke("readMovie", event({ routeKey: `GET ${ONE}`, path }));
    assert.equal(gone.statusCode, 404);
  });

  it("of a change that cannot be read come back, and no other", async () => {
    const program = await programUnderTest();
    const messages = { Records: [{ messageId: "1", body: "broken" }] } as SQSEvent;
    const answer = await program.invoke<SQSBatchResponse>("changeMovies", messages);
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "1" }] });
  });
});
