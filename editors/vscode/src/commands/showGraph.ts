// What would run when, what waits for what, and what bounds it.
import { window } from "vscode";
import { type GraphResult, type RunArgs, ServerCommand } from "../protocol";
import type { Command } from "./command";
import { target } from "./target";

export const showGraph: Command = {
  id: "noxflow.showGraph",
  async run({ server, graph, log }, given) {
    const uri = await target(given);
    if (!uri) return;
    const args: RunArgs = { uri: uri.toString() };
    try {
      const answer = await server.execute<GraphResult>(ServerCommand.graph, args);
      if (answer) graph.show(answer);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.error(`The graph failed: ${message}`);
      void window.showErrorMessage(`noxflow: ${message}`);
    }
  },
};
