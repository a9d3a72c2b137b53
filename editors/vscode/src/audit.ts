// The audit report: Markdown from the server, shown in VS Code's own preview.
import { type Disposable, EventEmitter, type TextDocumentContentProvider, Uri, commands, window, workspace } from "vscode";

const SCHEME = "noxflow-audit";

export class AuditReports implements TextDocumentContentProvider, Disposable {
  readonly #changed = new EventEmitter<Uri>();
  readonly #reports = new Map<string, string>();
  readonly #registration = workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly onDidChange = this.#changed.event;

  provideTextDocumentContent(uri: Uri): string {
    return this.#reports.get(uri.toString()) ?? "";
  }

  /** Shows a report; one that is already shown for the same name is brought up to date. */
  async show(name: string, markdown: string): Promise<void> {
    const uri = Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.#reports.set(uri.toString(), markdown);
    this.#changed.fire(uri);
    try {
      await commands.executeCommand("markdown.showPreview", uri);
    } catch {
      // Somebody has switched the built-in Markdown extension off.
      await window.showTextDocument(await workspace.openTextDocument(uri), { preview: true });
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
