// Where VS Code enters: puts the parts together and starts the server once there is something to serve.
import { type ExtensionContext, window, workspace } from "vscode";
import { AuditReports } from "./audit";
import { registerCommands } from "./commands";
import { isOurs, workspaceHasOurs } from "./files";
import { GraphView } from "./graph/view";
import { Previews } from "./preview";
import { type RunArgs, ServerCommand } from "./protocol";
import { Runs } from "./run/runs";
import { registerLogLinks } from "./run/terminal";
import { Server } from "./server";
import { showStatus } from "./status";

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel("noxflow", { log: true });
  server = new Server(context, log);
  const runs = new Runs(server, log);
  const reports = new AuditReports();
  const previews = new Previews();
  const graph = new GraphView(server);
  // A lens calls the server's command: the run gets its terminal and its messages all the same.
  server.intercept = (command, [args]) => (command === ServerCommand.run ? runs.start((args ?? {}) as RunArgs) : undefined);
  context.subscriptions.push(log, runs, reports, previews, graph, showStatus(server), registerLogLinks(runs), ...registerCommands({ server, runs, reports, previews, graph, log, secrets: context.secrets }));
  await startWhenNeeded(context, server);
}

export async function deactivate(): Promise<void> {
  await server?.dispose();
}

/** `onLanguage:python` wakes us in projects that have nothing for us: there we wait, without a process. */
async function startWhenNeeded(context: ExtensionContext, server: Server): Promise<void> {
  // Before the search, which takes its time: the user may open a file meanwhile.
  const waiting = workspace.onDidOpenTextDocument((document) => isOurs(document) && start());
  const start = () => {
    waiting.dispose();
    return server.start();
  };
  context.subscriptions.push(waiting);
  if (workspace.textDocuments.some(isOurs) || (await workspaceHasOurs())) await start();
}
