/**
 * Keeps a running local run up to date with its files: a changed handler is built again alone, a changed program is
 * recorded again. What does not compile or load leaves the last good state running and says so.
 */
import { fstatSync, type Stats } from "node:fs";
import path from "node:path";
import type { Build, Recording, Value } from "../program/recording.ts";
import { stackFile } from "../program/stack-files.ts";
import { PROJECT_FILES } from "../shared/own-project.ts";
import { statOf } from "../shared/stat-of.ts";
import { paint } from "../shared/terminal.ts";
import { builtFrom, deployedFiles, programFiles } from "./deployed-files.ts";
import { secretsFile } from "./local-secrets.ts";
import { OtherBuilder } from "./other-builder.ts";
import { type BuiltFunctions, matchBuilds, rebuild, withBundle } from "./rebuild.ts";
import { describeRepeated, RepeatedReloads } from "./repeated-reloads.ts";
import type { LocalRun } from "./run.ts";
import { describeUnwatched } from "./unwatched.ts";
import { FileWatcher } from "./watch.ts";
import { installNotes, isInstallUnderWay } from "./workers/own-packages.ts";

export class Reloader {
  readonly #run: LocalRun;
  readonly #watcher: FileWatcher;
  #builds: BuiltFunctions[];
  /** Absolute paths of what is a reason to record the program anew, as they are watched. */
  #program = new Set<string>();
  /** Those of them that are deployed as they are. */
  #deployed = new Set<string>();
  /** Those of them that what is deployed was built from. */
  #sources = new Set<string>();
  #pending = new Set<string>();
  #working: Promise<void> | undefined;
  readonly #otherBuilder = new OtherBuilder((files) => this.#reloadLater(files));
  readonly #repeated = new RepeatedReloads({
    late: (files) => this.#reloadNow(files),
    found: (files) => this.#print("yellow", describeRepeated(files, this.#run.options.cwd)),
  });
  /** What was said of files that are not followed. */
  readonly #reported = new Set<string>();
  /** Why the last reload failed; undefined while what runs is what the files say. */
  error: string | undefined;

  constructor(run: LocalRun) {
    this.#run = run;
    this.#builds = matchBuilds(run.recording);
    this.#watcher = new FileWatcher(
      (files) => this.#changed(files),
      (folders) => this.#print("yellow", describeUnwatched(folders)),
    );
    this.#changed(this.#savedMeanwhile(this.#follow()));
  }

  /** What was saved while the run came up, when nobody watched: deployed files are read when the program has been recorded. */
  #savedMeanwhile(files: readonly string[]): string[] {
    const { recordedAt } = this.#run;
    const began = Date.now() - process.uptime() * 1_000;
    return files.filter(
      (file) => (statOf(file)?.mtimeMs ?? 0) > (this.#deployed.has(file) ? recordedAt : began),
    );
  }

  async close(): Promise<void> {
    this.#watcher.close();
    this.#otherBuilder.close();
    this.#repeated.close();
    this.#pending.clear();
    await this.#working;
  }

  #changed(files: string[]): void {
    const changed = files.filter((file) => !isInstallUnderWay(file) && !isOwnOutput(file));
    this.#reloadLater(this.#otherBuilder.take(changed, this.#sources));
  }

  #reloadLater(files: readonly string[]): void {
    this.#reloadNow(this.#repeated.take(files));
  }

  /** Changes that come while a reload is under way are one reload after it. */
  #reloadNow(files: readonly string[]): void {
    for (const file of files) this.#pending.add(file);
    if (this.#pending.size === 0) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
  }

  async #work(): Promise<void> {
    while (this.#pending.size > 0) {
      const files = [...this.#pending];
      this.#pending.clear();
      this.#repeated.began(files);
      const started = performance.now();
      this.error = undefined;
      const done = await this.#reload(files).catch((error: unknown) => this.#failed(error));
      if (done) this.#print("green", `reloaded ${done} in ${Math.round(performance.now() - started)} ms`);
      this.#follow();
      this.#repeated.ended();
    }
  }

  /** @returns the files that are followed now; none where they could not be found out */
  #follow(): string[] {
    try {
      const files = this.#watched();
      this.#watcher.set(files);
      return files;
    } catch (error) {
      // Whatever somebody is just doing to these files, the run goes on.
      this.#print("yellow", `What is saved is followed as before: ${(error as Error).message}`);
      return [];
    }
  }

  /** What was reloaded, for a person; undefined when nothing was. */
  async #reload(files: string[]): Promise<string | undefined> {
    const handlers = new Set(this.#builds.flatMap(({ build }) => build.inputs));
    // What was read in the recording before and is not in this one was a reason when it was saved.
    if (files.some((file) => this.#program.has(file) || !handlers.has(file))) {
      const { services } = this.#run;
      const known = new Set(services.addresses().map(({ url }) => url));
      let built: string[] = [];
      await this.#run.update((recording) => {
        built = this.#acceptBuilt(recording);
      });
      this.#otherBuilder.learn({ files, built, deployed: this.#deployed, sources: this.#sources });
      if (built.length === 0 && files.every((file) => this.#sources.has(file)))
        this.#print(
          "yellow",
          "what is deployed has not changed: what the program does not build itself, build for it to be taken over",
        );
      for (const { name, url } of services.addresses())
        if (!known.has(url)) this.#run.options.log(`${name} answers on ${url}`);
      this.#builds = matchBuilds(this.#run.recording);
      return "the program";
    }
    const affected = this.#builds.filter(({ build }) => files.some((file) => build.inputs.includes(file)));
    const names = (await Promise.all(affected.map((built) => this.#rebuild(built)))).flat();
    return names.length > 0 ? names.join(", ") : undefined;
  }

  async #rebuild(built: BuiltFunctions): Promise<string[]> {
    const result = await rebuild(built.build, this.#run.options.cwd);
    if (!result.ok) {
      this.#failed(new Error(result.message));
      return [];
    }
    if (result.build.hash === built.build.hash) return [];
    const replaced: string[] = [];
    for (const { name, inputs, outputs } of built.functions) {
      const code = withBundle(inputs.code as Value | undefined, result.code);
      await this.#run.services.workers.replaceCode(String(outputs.name), code, result.build);
      replaced.push(name);
    }
    built.build = result.build satisfies Build;
    return replaced;
  }

  #failed(error: unknown): undefined {
    this.error = (error as Error).message;
    this.#print("red", `not reloaded, the last good code goes on:\n${(error as Error).message}`);
  }

  #print(color: "green" | "red" | "yellow", text: string): void {
    this.#run.options.log(paint(color, text));
  }

  /**
   * What the program built while it ran is deployed with it: it is no reason to run it again, and to build again.
   * @returns the files that it built, as far as they were known
   */
  #acceptBuilt(recording: Recording): string[] {
    const imported = new Set(recording.sources);
    const deployed = deployedFiles(recording).files.filter((file) => !imported.has(file));
    const settled = deployed.filter((file) => this.#pending.delete(file));
    return [...settled, ...this.#watcher.accept(deployed)];
  }

  #watched(): string[] {
    const { recording, options } = this.#run;
    const { cwd, stack } = options;
    const config = [...PROJECT_FILES.map((file) => path.join(cwd, file)), stackFile(cwd, stack)];
    const program = programFiles(recording);
    const deployed = deployedFiles(recording);
    const sources = builtFrom(deployed.files, cwd);
    const own = [...config, secretsFile(cwd), ...program.files, ...deployed.files, ...installNotes(cwd)];
    this.#reportOnce([...program.beyond, ...deployed.beyond, ...sources.beyond]);
    this.#deployed = new Set(deployed.files);
    this.#sources = new Set(sources.files);
    this.#program = new Set([...own, ...this.#sources]);
    for (const file of own) this.#sources.delete(file);
    // What is saved most often comes first, where the system lets only so many folders be watched.
    const handlers = this.#builds.flatMap(({ build }) => build.inputs);
    return [...config, ...program.files, ...handlers, ...this.#program];
  }

  #reportOnce(sentences: readonly string[]): void {
    for (const sentence of sentences) {
      if (this.#reported.has(sentence)) continue;
      this.#reported.add(sentence);
      this.#print("yellow", `${sentence} When another one is saved, save the program as well.`);
    }
  }
}

/** What the run itself prints goes there, so that each reload would be the reason for the next. */
function isOwnOutput(file: string): boolean {
  const stats = statOf(file);
  return stats?.isFile() === true && [1, 2].some((output) => isSame(stats, fstatSync(output)));
}

const isSame = (one: Stats, other: Stats) => one.dev === other.dev && one.ino === other.ino;
