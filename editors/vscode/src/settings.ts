// The user's settings as the server wants them.
import { workspace } from "vscode";
import type { ServerSettings } from "./protocol";

export const SECTION = "noxflow";

const KEYS = ["noxCommand", "noxVersion", "lanes", "platform", "runnerSlots", "jobOverheadSeconds", "lints", "codeLens", "inlayHints", "confirmWithNox"] as const satisfies (keyof ServerSettings)[];

/** Only what somebody has set: our defaults must not win over the project's own `[tool.noxflow]`. */
export function serverSettings(): ServerSettings {
  const all = workspace.getConfiguration(SECTION);
  const set = KEYS.filter((key) => {
    const { globalValue, workspaceValue, workspaceFolderValue } = all.inspect(key) ?? {};
    return [globalValue, workspaceValue, workspaceFolderValue].some((value) => value !== undefined && value !== null);
  });
  // `get` and not the inspected value: it leaves out what an untrusted workspace may not set.
  return Object.fromEntries(set.map((key) => [key, all.get(key)]));
}

export function serverPath(): string {
  return workspace.getConfiguration(SECTION).get("path", "").trim();
}
