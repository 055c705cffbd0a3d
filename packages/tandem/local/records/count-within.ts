/** How many of them from the first on have no more bytes together. One is always taken, however large it is. */
export function countWithin<R>(records: readonly R[], most: number, bytesOf: (record: R) => number): number {
  let bytes = 0;
  const end = records.findIndex((record, index) => {
    bytes += bytesOf(record);
    return index > 0 && bytes > most;
  });
  return end === -1 ? records.length : end;
}
