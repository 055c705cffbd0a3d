import assert from "node:assert/strict";
import { createConnection } from "mongoose";
import { MongodbService } from "../../../local/mongodb/service.ts";
import { recording, resource, testContext } from "../iam/recordings.ts";

const cluster = resource(
  "mongodbatlas:index/advancedCluster:AdvancedCluster",
  "barns",
  { name: "barns" },
  { connectionStrings: { standardSrv: "mongodb+srv://barns.12345.mongodb.net" } },
);

describe("local MongoDB of a program", () => {
  it("starts for a declared cluster and serves what its connection strings name", async () => {
    const context = testContext(recording(cluster));
    const service = new MongodbService();
    try {
      await service.start(context);
      const uri = context.addresses.apply(
        "mongodb+srv://barns-pl-0.12345.mongodb.net/barns?authSource=%24external",
      );
      const connection = await createConnection(uri).asPromise();
      await connection.collection("barns").insertOne({ title: "Momo" });
      assert.equal(await connection.collection("barns").countDocuments(), 1);
      assert.equal(connection.name, "barns");
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
    const address = "mongodb+srv://barns.12345.mongodb.net/barns";
    assert.equal(context.addresses.apply(address), address);
    context.remove();
  });

  it("uses MONGODB_URI when it is set", async () => {
    const elsewhere = testContext(recording(cluster));
    const other = new MongodbService();
    await other.start(elsewhere);
    const context = testContext(recording(cluster));
    const service = new MongodbService({ environment: { MONGODB_URI: other.uri ?? "" } });
    try {
      await service.start(context);
      const uri = context.addresses.apply("mongodb+srv://barns.12345.mongodb.net/barns");
      assert.equal(uri, `${other.uri}barns`);
      assert.equal(service.description, "the server of MONGODB_URI");
    } finally {
      await service.stop();
      await other.stop();
      context.remove();
      elsewhere.remove();
    }
  });

  it("says when nobody answers at MONGODB_URI, without its password", async () => {
    const context = testContext(recording(cluster));
    const uri = "mongodb://me:secret@127.0.0.1:1/?serverSelectionTimeoutMS=200";
    await assert.rejects(
      new MongodbService({ environment: { MONGODB_URI: uri } }).start(context),
      (error: Error) => {
        assert.equal(error.name, "UserError");
        assert.match(
          error.message,
          /no MongoDB answers there: .*127\.0\.0\.1:1\. Start it, or unset the variable/,
        );
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
    );
    context.remove();
  });

  it("refuses a MONGODB_URI that is no connection string, without showing it", async () => {
    const context = testContext(recording(cluster));
    await assert.rejects(
      new MongodbService({ environment: { MONGODB_URI: "user:secret@host" } }).start(context),
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
