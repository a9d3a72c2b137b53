// Shows what one of the rewrites at the cursor would change, as a diff, before anything is changed.
import { type CodeAction, CodeActionKind, type TextEditor, type WorkspaceEdit, commands, window, workspace } from "vscode";
import { isOurs } from "../files";
import type { Command } from "./command";

export const previewRewrite: Command = {
  id: "noxflow.previewRewrite",
  async run({ previews }) {
    const editor = window.activeTextEditor;
    if (!editor || !isOurs(editor.document)) {
      void window.showInformationMessage("noxflow: open a noxfile or a workflow first.");
      return;
    }
    const action = await choose(editor);
    if (!action?.edit) return;
    const before = versions(action.edit);
    await previews.show(action.title, action.edit);
    if ((await window.showInformationMessage(action.title, "Apply")) !== "Apply") return;
    if (versions(action.edit) === before) await workspace.applyEdit(action.edit, { isRefactoring: true });
    else void window.showWarningMessage("noxflow: the text has changed meanwhile; choose the rewrite again.");
  },
};

const KINDS = [CodeActionKind.RefactorRewrite, CodeActionKind.SourceFixAll.append("noxflow")];

/** More than are ever offered at a place; the server makes each one's edit when it is asked for it. */
const RESOLVED = 32;

/** One of the rewrites that are possible at the selection. */
async function choose(editor: TextEditor): Promise<CodeAction | undefined> {
  const of = async (kind: CodeActionKind) => {
    const all = await commands.executeCommand<CodeAction[]>("vscode.executeCodeActionProvider", editor.document.uri, editor.selection, kind.value, RESOLVED);
    return all.filter((action) => action.edit && !action.disabled && action.kind && kind.contains(action.kind));
  };
  const found = (await Promise.all(KINDS.map(of))).flat();
  // All that is safe in a file is of either kind where the cursor means the file.
  const possible = found.filter((action, at) => found.findIndex((other) => other.title === action.title) === at);
  if (possible.length === 0) {
    void window.showInformationMessage("noxflow: nothing to rewrite here.");
    return undefined;
  }
  if (possible.length === 1) return possible[0];
  const items = possible.map((action) => ({ label: action.title, description: action.isPreferred ? "the best one" : "", action }));
  return (await window.showQuickPick(items, { title: "Preview a rewrite" }))?.action;
}

/** Which texts an edit was made for. */
function versions(edit: WorkspaceEdit): string {
  const version = (uri: string) => workspace.textDocuments.find((document) => document.uri.toString() === uri)?.version;
  return edit.entries().map(([uri]) => `${uri.toString()} ${version(uri.toString()) ?? ""}`).join("\n");
}
