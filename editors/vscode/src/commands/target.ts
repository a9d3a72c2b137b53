// Which file a command of the palette is about.
import { type Uri, window, workspace } from "vscode";
import { isOurs, noxfiles } from "../files";

/** The editor's file if it is one of ours, else the workspace's noxfile, else (there are several) the one that the user picks. */
export async function target(given?: Uri): Promise<Uri | undefined> {
  if (given) return given;
  const document = window.activeTextEditor?.document;
  if (document && isOurs(document)) return document.uri;
  const found = await noxfiles();
  if (found.length > 1) {
    const items = found.map((uri) => ({ label: workspace.asRelativePath(uri), uri }));
    return (await window.showQuickPick(items, { title: "noxflow", placeHolder: "Which noxfile?" }))?.uri;
  }
  if (!found[0]) void window.showInformationMessage("noxflow: there is no noxfile.py in this workspace.");
  return found[0];
}
