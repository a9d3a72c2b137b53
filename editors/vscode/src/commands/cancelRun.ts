// Ends all runs of this window, with everything that they have started.
import type { Command } from "./command";

export const cancelRun: Command = {
  id: "noxflow.cancelRun",
  run: ({ runs }) => runs.cancel(),
};
