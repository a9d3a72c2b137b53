// Starts the server anew; a run would end with it, so that is asked first.
import { window } from "vscode";
import type { Command } from "./command";

export const restart: Command = {
  id: "noxflow.restart",
  async run({ server, runs }) {
    if (runs.isRunning) {
      const go = "Restart and Cancel the Run";
      if ((await window.showWarningMessage("Sessions are running. Restarting the server cancels them.", { modal: true }, go)) !== go) return;
    }
    await server.restart("asked for");
  },
};
