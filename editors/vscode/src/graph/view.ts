// The graph in a panel of its own; while sessions run, their bars show how they fare.
import { randomBytes } from "node:crypto";
import { type Disposable, ViewColumn, type WebviewPanel, window } from "vscode";
import type { GraphResult, RunEvent } from "../protocol";
import { duration, sessions } from "../run/text";
import type { Server } from "../server";
import { picture } from "./picture";

const STATES: Partial<Record<RunEvent["event"], string>> = {
  taskStarted: "running",
  taskPassed: "passed",
  taskFailed: "failed",
  taskSkipped: "skipped",
  taskCancelled: "skipped",
};

export class GraphView implements Disposable {
  readonly #listening: Disposable;
  #panel: WebviewPanel | undefined;

  constructor(server: Server) {
    this.#listening = server.onRunEvent((event) => this.#hear(event));
  }

  show(graph: GraphResult): void {
    this.#panel ??= this.#open();
    this.#panel.webview.html = page(graph, this.#panel.webview.cspSource);
    this.#panel.reveal(undefined, true);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#panel?.dispose();
  }

  #open(): WebviewPanel {
    const panel = window.createWebviewPanel("noxflow.graph", "noxflow graph", { viewColumn: ViewColumn.Beside, preserveFocus: true }, { enableScripts: true, localResourceRoots: [] });
    panel.onDidDispose(() => {
      this.#panel = undefined;
    });
    return panel;
  }

  #hear(event: RunEvent): void {
    const state = STATES[event.event];
    if (event.event === "runStarted") void this.#panel?.webview.postMessage({ sessions: event.sessions ?? [], state: "waiting" });
    else if (state && event.session !== undefined) void this.#panel?.webview.postMessage({ sessions: [event.session], state });
  }
}

function page({ plan }: GraphResult, source: string): string {
  const nonce = randomBytes(16).toString("hex");
  const gain = plan.sequentialSeconds - plan.predictedSeconds;
  const saved = gain >= 1 ? `, ${duration(gain)} less than one after another` : "";
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${source} 'nonce-${nonce}'; script-src 'nonce-${nonce}'">
<style nonce="${nonce}">
  svg { width: 100%; min-width: 560px; height: auto; }
  text { fill: var(--vscode-editor-foreground); font: 13px var(--vscode-font-family); }
  .time, .tick text { fill: var(--vscode-descriptionForeground); font-size: 11px; }
  .tick text { text-anchor: middle; }
  .tick line { stroke: var(--vscode-editorIndentGuide-background1, #8884); }
  rect { fill: var(--vscode-charts-blue); }
  .critical rect { fill: var(--vscode-charts-orange); }
  .arrow { fill: none; stroke: var(--vscode-descriptionForeground); }
  .arrow.critical { stroke: var(--vscode-charts-orange); stroke-width: 2; }
  .head { fill: var(--vscode-descriptionForeground); }
  .waiting rect { opacity: .35; }
  .running rect { fill: var(--vscode-charts-yellow); }
  .passed rect { fill: var(--vscode-charts-green); }
  .failed rect { fill: var(--vscode-charts-red); }
  .skipped rect { fill: var(--vscode-disabledForeground); }
</style></head><body>
<p>${sessions(plan.sessions.length)}, ${plan.lanes} at once: about ${duration(plan.predictedSeconds)}${saved}. Orange: the critical path.</p>
${picture(plan)}
<script nonce="${nonce}">
  const states = ["waiting", "running", "passed", "failed", "skipped"];
  addEventListener("message", ({ data }) => {
    for (const bar of document.querySelectorAll("[data-session]")) {
      if (!data.sessions.includes(bar.dataset.session)) continue;
      bar.classList.remove(...states);
      bar.classList.add(data.state);
    }
  });
</script></body></html>`;
}
