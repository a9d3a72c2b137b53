// Durations from files that the user has saved: reports of nox, logs and records of a CI.
import { type Uri, window, workspace } from "vscode";
import { type ImportArgs, type ImportResult, ServerCommand } from "../protocol";
import type { Command, Cx } from "./command";
import { target } from "./target";

export const importDurations: Command = {
  id: "noxflow.importDurations",
  async run(cx, given) {
    const uri = await target(given);
    if (!uri) return;
    const files = await window.showOpenDialog({
      title: "noxflow: reports of nox, logs of a CI (also packed), lists of jobs, JUnit files",
      canSelectMany: true,
      defaultUri: workspace.getWorkspaceFolder(uri)?.uri ?? uri,
      filters: { "Reports and logs": ["json", "jsonl", "log", "txt", "xml", "zip"], "All files": ["*"] },
      openLabel: "Import",
    });
    if (files?.length) await importAndTell(cx, { uri: uri.toString(), files: files.map((file: Uri) => file.toString()) });
  },
};

/** Imports and says what came of it; what was left out stands in the log. */
export async function importAndTell({ server, log }: Cx, args: ImportArgs): Promise<ImportResult | undefined> {
  try {
    const answer = await server.execute<ImportResult>(ServerCommand.importTimings, args);
    if (!answer) return undefined;
    for (const note of answer.notes) log.warn(`Durations: ${note}`);
    log.info(`Durations: ${answer.message}`);
    const show = answer.stopped || answer.durations + answer.known === 0 ? window.showWarningMessage : window.showInformationMessage;
    const logs = answer.notes.length > 0 ? ["Show Logs"] : [];
    void show(`noxflow: ${answer.message}.`, ...logs).then((choice) => choice && log.show(true));
    return answer;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log.error(`No durations: ${message}`);
    void window.showErrorMessage(`noxflow: no durations: ${message}`);
    return undefined;
  }
}
