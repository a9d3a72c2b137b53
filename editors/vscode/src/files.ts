// Which files are noxflow's. By path and not by language id: GitHub's own extension gives workflows an id
// of its own, and a selector for `yaml` would go silent beside it.
import { RelativePattern, type TextDocument, type Uri, languages, workspace } from "vscode";

const FORGES = ".github,.forgejo,.gitea";
const NOXFILE = "**/noxfile.py";
const WORKFLOW = `**/{${FORGES}}/workflows/*.{yml,yaml}`;
const ACTION = "**/action.{yml,yaml}";
/** Folders whose noxfiles are somebody else's. */
const NOT_OURS = "**/{.nox,.venv,venv,node_modules,site-packages,.git}/**";

/** The documents that the server is told about. */
export const documentSelector = [NOXFILE, WORKFLOW, ACTION].map((pattern) => ({ scheme: "file", pattern }));

/** The documents that are reason enough to start the server: an action.yml alone is not. */
const startSelector = [NOXFILE, WORKFLOW].map((pattern) => ({ scheme: "file", pattern }));

export function isOurs(document: TextDocument): boolean {
  return languages.match(startSelector, document) > 0;
}

export async function workspaceHasOurs(): Promise<boolean> {
  return (await workspace.findFiles(`{${NOXFILE},${WORKFLOW}}`, NOT_OURS, 1)).length > 0;
}

/** All noxfiles, those nearest the top first. */
export async function noxfiles(): Promise<Uri[]> {
  const found = await Promise.all((workspace.workspaceFolders ?? []).map((folder) => workspace.findFiles(new RelativePattern(folder, NOXFILE), NOT_OURS, 100)));
  const depth = (uri: Uri) => uri.path.split("/").length;
  return found.flat().sort((a, b) => depth(a) - depth(b) || a.path.localeCompare(b.path));
}
