// Forgets the durations of the workspace's project: estimates are guesses again.
import { window } from "vscode";
import { type ClearArgs, ServerCommand } from "../protocol";
import type { Command } from "./command";
import { target } from "./target";

export const clearDurations: Command = {
  id: "noxflow.clearDurations",
  async run({ server, log }, given) {
    const uri = await target(given);
    if (!uri) return;
    const forget = "Forget";
    const detail = "All durations of this project, measured here or imported. Times are guesses then.";
    if ((await window.showWarningMessage("noxflow: forget the durations?", { modal: true, detail }, forget)) !== forget) return;
    const args: ClearArgs = { uri: uri.toString() };
    try {
      const answer = await server.execute<{ removed: number }>(ServerCommand.clearTimings, args);
      if (answer) void window.showInformationMessage(`noxflow: ${answer.removed} ${answer.removed === 1 ? "duration" : "durations"} forgotten.`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.error(`Durations stay: ${message}`);
      void window.showErrorMessage(`noxflow: durations stay: ${message}`);
    }
  },
};
