// The user's settings as the server wants them.
import { workspace } from "vscode";
import type { ServerSettings } from "./protocol";

export const SECTION = "noxflow";

export function serverSettings(): ServerSettings {
  const all = workspace.getConfiguration(SECTION);
  return {
    noxCommand: all.get("noxCommand", []),
    lanes: all.get("lanes", null),
    platform: all.get("platform", "auto"),
    runnerSlots: all.get("runnerSlots", {}),
    jobOverheadSeconds: all.get("jobOverheadSeconds", null),
    lints: all.get("lints", {}),
    codeLens: all.get("codeLens", true),
    inlayHints: all.get("inlayHints", true),
  };
}

export function serverPath(): string {
  return workspace.getConfiguration(SECTION).get("path", "").trim();
}
