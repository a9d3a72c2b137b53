// Shows what extension and server have logged.
import type { Command } from "./command";

export const showLogs: Command = {
  id: "noxflow.showLogs",
  run: ({ log }) => log.show(),
};
