/**
 * Longest wait of a test for a state that must come, in ms: a guard against waiting for ever, no measure. The slowest, a
 * first start on a machine that does ten things at once, takes a fifth of it. Less than mocha's own (.mocharc.json),
 * because who waited can say for what.
 */
export const patienceMs = 200_000;
