/** Colours of the pictures on a light and on a dark page. */
export type ThemeName = "light" | "dark";

export interface Theme {
  page: string;
  panel: string;
  line: string;
  text: string;
  faint: string;
  function: string;
  functionText: string;
  call: string;
  failure: string;
  /** Of stores and of the arrows to them. */
  kinds: Record<string, string>;
  otherKind: string;
}

export const themes: Record<ThemeName, Theme> = {
  light: {
    page: "#ffffff",
    panel: "#f6f8fa",
    line: "#d0d7de",
    text: "#1f2328",
    faint: "#59636e",
    function: "#fff3e6",
    functionText: "#8a3a00",
    call: "#8c959f",
    failure: "#cf222e",
    kinds: {
      "DynamoDB table": "#0969da",
      "MongoDB Atlas": "#1a7f37",
      "S3 bucket": "#9a6700",
      "SQS queue": "#8250df",
      schedule: "#bf3989",
      "dead letters": "#cf222e",
    },
    otherKind: "#59636e",
  },
  dark: {
    page: "#0d1117",
    panel: "#151b23",
    line: "#3d444d",
    text: "#f0f6fc",
    faint: "#9198a1",
    function: "#2d1e12",
    functionText: "#ffb77c",
    call: "#656c76",
    failure: "#f85149",
    kinds: {
      "DynamoDB table": "#58a6ff",
      "MongoDB Atlas": "#3fb950",
      "S3 bucket": "#d29922",
      "SQS queue": "#ab7df8",
      schedule: "#db61a2",
      "dead letters": "#f85149",
    },
    otherKind: "#9198a1",
  },
};
