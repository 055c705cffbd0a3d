/** In a thread of its own, for a download of the library cannot be called off otherwise. */
import { parentPort, workerData } from "node:worker_threads";
import { MongoBinary } from "mongodb-memory-server-core/lib/util/MongoBinary.js";

export type Downloaded = { file: string } | { error: string };

const { cache } = workerData as { cache: string };
const downloaded: Downloaded = await MongoBinary.getPath({ downloadDir: cache }).then(
  (file) => ({ file }),
  (error: Error) => ({ error: error.message }),
);
parentPort?.postMessage(downloaded);
