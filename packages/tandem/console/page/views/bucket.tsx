/** One bucket: its objects listed, looked at, uploaded (what the program wants to be told of is told), deleted. */
import { useState } from "preact/hooks";
import { useAct } from "../act.ts";
import { useAsk } from "../api.ts";
import { Code, Empty, Problem, plural, Section } from "../ui.tsx";

interface Listed {
  key: string;
  size: number;
  modified: string;
}

const EVERY_MS = 3_000;

export function Bucket({ name }: { name: string }) {
  const path = `/api/buckets/${encodeURIComponent(name)}/objects`;
  const [prefix, setPrefix] = useState("");
  const [chosen, setChosen] = useState<string | undefined>();
  const { value, error, again } = useAsk<{ objects: Listed[] }>(
    `${path}?${new URLSearchParams({ prefix })}`,
    EVERY_MS,
  );
  const { act, isBusy, problem } = useAct();
  return (
    <>
      <h2>{name}</h2>
      <Upload path={path} done={again} />
      <label class="form">
        <span class="muted">Keys that begin with</span>
        <input type="search" value={prefix} onInput={({ currentTarget }) => setPrefix(currentTarget.value)} />
      </label>
      <Problem message={problem || error} />
      {value?.objects.length === 0 ? (
        <Empty title="No object">Upload one: the functions that the bucket tells of it run at once.</Empty>
      ) : (
        value && (
          <Section title={plural(value.objects.length, "object")}>
            <div class="scroll">
              <table>
                <thead>
                  <tr>
                    <th scope="col">Key</th>
                    <th scope="col" class="number">
                      Bytes
                    </th>
                    <th scope="col">Changed</th>
                    <th scope="col">
                      <span class="hidden">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {value.objects.map(({ key, size, modified }) => (
                    <tr key={key}>
                      <td>
                        <button type="button" class="link wrap" onClick={() => setChosen(key)}>
                          {key}
                        </button>
                      </td>
                      <td class="number">{size.toLocaleString("en-US")}</td>
                      <td>{modified.replace("T", " ").slice(0, 19)}</td>
                      <td>
                        <button
                          type="button"
                          aria-label={`Delete ${key}`}
                          disabled={isBusy}
                          onClick={() => void act("DELETE", `${path}/${encodeURIComponent(key)}`).then(again)}
                        >
                          Delete
                        </button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Section>
        )
      )}
      {chosen !== undefined && <Looked path={path} name={chosen} />}
    </>
  );
}

function Looked({ path, name }: { path: string; name: string }) {
  const { value, error } = useAsk<{ text: string; size: number; isBinary: boolean }>(
    `${path}/${encodeURIComponent(name)}`,
  );
  return (
    <Section title={name}>
      <Problem message={error} />
      {value && (
        <p class="facts">
          <span>{plural(value.size, "byte")}</span>
        </p>
      )}
      {value?.isBinary && <p class="muted">Binary; it is not shown.</p>}
      {value && !value.isBinary && <Code text={value.text} label={`Content of ${name}`} />}
    </Section>
  );
}

function Upload({ path, done }: { path: string; done(): void }) {
  const [file, setFile] = useState<File | undefined>();
  const [key, setKey] = useState("");
  const [notice, setNotice] = useState("");
  const { act, isBusy, problem } = useAct();
  const upload = async (event: Event) => {
    event.preventDefault();
    if (!file) return;
    const name = key || file.name;
    if (!(await act("PUT", `${path}/${encodeURIComponent(name)}`, file))) return;
    setNotice(`${name} is there.`);
    done();
  };
  return (
    <form class="form" onSubmit={(event) => void upload(event)}>
      <div class="pair wraps">
        <label class="grow">
          File
          <input
            type="file"
            onChange={({ currentTarget }) => {
              const [first] = currentTarget.files ?? [];
              setFile(first);
              setKey(first?.name ?? "");
            }}
          />
        </label>
        <label class="grow">
          Key
          <input value={key} onInput={({ currentTarget }) => setKey(currentTarget.value)} />
        </label>
      </div>
      <Problem message={problem} />
      <div class="tools">
        <button type="submit" class="primary" disabled={!file || isBusy}>
          Upload
        </button>
        <span class="notice" role="status">
          {notice}
        </span>
      </div>
    </form>
  );
}
