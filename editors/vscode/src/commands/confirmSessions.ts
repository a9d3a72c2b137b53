// Asks nox itself which sessions a noxfile has: what cannot be read without running it is filled in.
import { window, workspace } from "vscode";
import { noxfileOf } from "../files";
import { type ConfirmArgs, type ConfirmResult, ServerCommand } from "../protocol";
import type { Command } from "./command";
import { target } from "./target";

export const confirmSessions: Command = {
  id: "noxflow.confirmSessions",
  async run({ server, log }, given) {
    const uri = await target(given);
    if (!uri) return;
    const noxfile = (await noxfileOf(uri)) ?? uri;
    // nox reads what is on disk.
    await workspace.textDocuments.find((document) => document.uri.toString() === noxfile.toString())?.save();
    const args: ConfirmArgs = { uri: noxfile.toString() };
    try {
      const answer = await server.execute<ConfirmResult>(ServerCommand.confirm, args);
      if (answer) void window.showInformationMessage(`noxflow: confirmed, nox lists ${answer.sessions} ${answer.sessions === 1 ? "session" : "sessions"}.`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.error(`Not confirmed: ${message}`);
      void window.showErrorMessage(`noxflow: not confirmed: ${message}`);
    }
  },
};
