import assert from "node:assert/strict";
import { createConnection } from "mongoose";
import { MongodbService } from "../../../local/mongodb/service.ts";
import { recording, resource, testContext } from "../iam/recordings.ts";

const cluster = resource(
  "mongodbatlas:index/advancedCluster:AdvancedCluster",
  "books",
  { name: "books" },
  { connectionStrings: { standardSrv: "mongodb+srv://books.12345.mongodb.net" } },
);

describe("local MongoDB of a program", () => {
  it("starts for a declared cluster and serves what its connection strings name", async () => {
    const context = testContext(recording(cluster));
    const service = new MongodbService();
    try {
      await service.start(context);
      const uri = context.addresses.apply(
        "mongodb+srv://books-pl-0.12345.mongodb.net/books?authSource=%24external",
      );
      const connection = await createConnection(uri).asPromise();
      await connection.collection("books").insertOne({ title: "Momo" });
      assert.equal(await connection.collection("books").countDocuments(), 1);
      assert.equal(connection.name, "books");
      await connection.close();
    } finally {
      await service.stop();
      context.remove();
    }
  });

  it("starts nothing for a program without clusters", async () => {
    const context = testContext(recording());
    const service = new MongodbService();
    await service.start(context);
    assert.equal(service.uri, undefined);
    const address = "mongodb+srv://books.12345.mongodb.net/books";
    assert.equal(context.addresses.apply(address), address);
    context.remove();
  });

  it("uses MONGODB_URI when it is set", async () => {
    const context = testContext(recording(cluster));
    const service = new MongodbService({ MONGODB_URI: "mongodb://db.test:27017/" });
    await service.start(context);
    const uri = context.addresses.apply("mongodb+srv://books.12345.mongodb.net/books");
    assert.equal(uri, "mongodb://db.test:27017/books");
    await service.stop();
    context.remove();
  });

  it("refuses a MONGODB_URI that is no connection string, without showing it", async () => {
    const context = testContext(recording(cluster));
    await assert.rejects(
      new MongodbService({ MONGODB_URI: "user:secret@host" }).start(context),
      (error: Error) => {
        assert.equal(error.name, "UserError");
        assert.match(error.message, /MONGODB_URI is set, but is no connection string/);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
    context.remove();
  });

  it("says of every Atlas resource what becomes of it", () => {
    const service = new MongodbService();
    assert.equal(service.parity(cluster)?.state, "realised");
    const user = resource("mongodbatlas:index/databaseUser:DatabaseUser", "u", {});
    assert.equal(service.parity(user)?.state, "recorded only");
    assert.equal(service.parity(resource("aws:s3/bucket:Bucket", "b", {})), undefined);
  });
});
