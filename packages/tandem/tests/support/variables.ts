/** What the work gives, while this process has variables of these values; undefined is none. */
export async function withVariables<T>(
  values: Record<string, string | undefined>,
  work: () => T | Promise<T>,
): Promise<T> {
  const usual = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]));
  setVariables(values);
  try {
    return await work();
  } finally {
    setVariables(usual);
  }
}

function setVariables(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
