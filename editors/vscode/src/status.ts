// The language status item (the `{}` in the status bar of our files): which server, and what it is doing.
import { type Disposable, LanguageStatusSeverity, languages } from "vscode";
import { documentSelector } from "./files";
import type { Server, ServerState } from "./server";

export function showStatus(server: Server): Disposable {
  const item = languages.createLanguageStatusItem("noxflow.status", documentSelector);
  item.name = "noxflow";
  const show = (state: ServerState) => {
    item.busy = state.is === "starting";
    item.severity = LanguageStatusSeverity.Information;
    item.command = { command: "noxflow.showLogs", title: "Show logs" };
    switch (state.is) {
      case "starting":
        item.text = "noxflow is starting";
        item.detail = "";
        break;
      case "ready":
        item.text = `noxflow ${state.found.version}`;
        item.detail = state.found.origin === "bundled" ? "ready" : `ready, from ${state.found.origin}`;
        break;
      case "stopped":
        item.severity = LanguageStatusSeverity.Warning;
        item.text = "noxflow is stopped";
        item.detail = "";
        item.command = { command: "noxflow.restart", title: "Start" };
        break;
      case "missing":
        item.severity = LanguageStatusSeverity.Error;
        item.text = "noxflow: no server";
        item.detail = state.missing.named?.reason ?? "none found";
        break;
      case "failed":
        item.severity = LanguageStatusSeverity.Error;
        item.text = "noxflow did not start";
        item.detail = state.reason;
        break;
    }
  };
  show(server.state);
  const subscription = server.onDidChangeState(show);
  return {
    dispose: () => {
      subscription.dispose();
      item.dispose();
    },
  };
}
