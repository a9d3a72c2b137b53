// Which files are noxflow's. By path and not by language id: GitHub's own extension gives workflows an id
// of its own, and a selector for `yaml` would go silent beside it.
import { RelativePattern, type TextDocument, Uri, languages, workspace } from "vscode";

const FORGES = ".github,.forgejo,.gitea";
const NOXFILE = "**/noxfile.py";
const WORKFLOW = `**/{${FORGES}}/workflows/*.{yml,yaml}`;
const ACTION = "**/action.{yml,yaml}";
const USUAL = ["noxfile.py", ".github/workflows", ".forgejo/workflows", ".gitea/workflows"];
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
  // The usual places first: a search through a large folder takes seconds.
  const roots = (workspace.workspaceFolders ?? []).map((folder) => folder.uri);
  const usual = roots.flatMap((root) => USUAL.map((path) => Uri.joinPath(root, path)));
  const there = await Promise.all(usual.map((uri) => workspace.fs.stat(uri).then(() => true, () => false)));
  if (there.includes(true)) return true;
  // One search a pattern: a pattern with braces within braces finds nothing.
  const found = await Promise.all(startSelector.map(({ pattern }) => workspace.findFiles(pattern, NOT_OURS, 1)));
  return found.some((files) => files.length > 0);
}

/** Which noxfile a file belongs to, where that is plain: a noxfile itself, or the one beside a workflow's forge folder. */
export async function noxfileOf(uri: Uri): Promise<Uri | undefined> {
  if (uri.path.endsWith("/noxfile.py")) return uri;
  const root = /^(.*)\/\.(?:github|forgejo|gitea)\/workflows\/[^/]+$/.exec(uri.path)?.[1];
  if (root === undefined) return undefined;
  const noxfile = uri.with({ path: `${root}/noxfile.py` });
  return workspace.fs.stat(noxfile).then(() => noxfile, () => undefined);
}

/** All noxfiles, those nearest the top first. */
export async function noxfiles(): Promise<Uri[]> {
  const found = await Promise.all((workspace.workspaceFolders ?? []).map((folder) => workspace.findFiles(new RelativePattern(folder, NOXFILE), NOT_OURS, 100)));
  const depth = (uri: Uri) => uri.path.split("/").length;
  return found.flat().sort((a, b) => depth(a) - depth(b) || a.path.localeCompare(b.path));
}
