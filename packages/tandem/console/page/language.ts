/** Chromium under LANG=C calls its language `en-US@posix`, which Intl refuses, and uPlot asks Intl for it while it loads. */
try {
  Intl.getCanonicalLocales(navigator.language);
} catch {
  Object.defineProperty(navigator, "language", { value: "en-US" });
}

export {};
