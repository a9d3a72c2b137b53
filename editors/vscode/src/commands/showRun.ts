// Brings the terminal of the last run to the front.
import type { Command } from "./command";

export const showRun: Command = {
  id: "noxflow.showRun",
  run: ({ runs }) => runs.show(),
};
