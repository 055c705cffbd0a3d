/** Every picture of a program by the name of its file. */
import type { Recording } from "../../program/recording.ts";
import { ProgramView } from "../program-view/view.ts";
import { type Activities, drawArchitecture } from "./draw-architecture.ts";
import { drawDashboard } from "./draw-dashboard.ts";
import type { ThemeName } from "./theme.ts";

/** `activities`: of a program that runs. */
export function picturesOf(recording: Recording, activities?: Activities): Map<string, string> {
  const view = new ProgramView(recording);
  const pictures = new Map<string, string>();
  for (const theme of ["light", "dark"] satisfies ThemeName[]) {
    pictures.set(`architecture-${theme}.svg`, drawArchitecture(view, theme, activities));
    const dashboard = drawDashboard(view, theme);
    if (dashboard !== undefined) pictures.set(`dashboard-${theme}.svg`, dashboard);
  }
  return pictures;
}
