// Diffs of texts as a rewrite would leave them: documents that exist in the editor only.
import { type Disposable, type TextDocumentContentProvider, Uri, type WorkspaceEdit, commands, workspace } from "vscode";
import { applied } from "./edits";

const SCHEME = "noxflow-preview";

export class Previews implements TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #registration = workspace.registerTextDocumentContentProvider(SCHEME, this);
  #shown = 0;

  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.toString()) ?? "";
  }

  /** Shows what the edit would change: one file as a diff, several as one list of diffs. */
  async show(title: string, edit: WorkspaceEdit): Promise<void> {
    this.#shown += 1;
    this.#texts.clear();
    const pairs: [Uri, Uri][] = [];
    for (const [uri, edits] of edit.entries()) {
      const document = await workspace.openTextDocument(uri);
      const after = Uri.from({ scheme: SCHEME, path: uri.path, query: `${this.#shown}` });
      const spans = edits.map(({ range, newText }) => ({ start: document.offsetAt(range.start), end: document.offsetAt(range.end), newText }));
      this.#texts.set(after.toString(), applied(document.getText(), spans));
      pairs.push([uri, after]);
    }
    const [only, ...others] = pairs;
    if (!only) return;
    if (others.length === 0) await commands.executeCommand("vscode.diff", ...only, title, { preview: true });
    else await commands.executeCommand("vscode.changes", title, pairs.map(([before, after]) => [before, before, after]));
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
