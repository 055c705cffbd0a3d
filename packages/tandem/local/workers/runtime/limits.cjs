/** Lambda's limits of what goes into a function and comes out of it, in bytes: the only place where they stand. */
module.exports = {
  /** Event of a synchronous call: 6 MB. */
  LARGEST_EVENT: 6_291_456,
  /** Event of an asynchronous call: 1 MB. */
  LARGEST_ASYNCHRONOUS_EVENT: 1_048_576,
  /** Answer that is not streamed: 6 MB and a hundred bytes for its envelope. */
  LARGEST_ANSWER: 6_291_556,
};
