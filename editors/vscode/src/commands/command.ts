// The shape of a command of the palette, and what it may use.
import type { LogOutputChannel, SecretStorage, Uri } from "vscode";
import type { AuditReports } from "../audit";
import type { GraphView } from "../graph/view";
import type { Previews } from "../preview";
import type { Runs } from "../run/runs";
import type { Server } from "../server";

export interface Cx {
  server: Server;
  runs: Runs;
  reports: AuditReports;
  previews: Previews;
  graph: GraphView;
  log: LogOutputChannel;
  secrets: SecretStorage;
}

export interface Command {
  /** As in package.json. */
  id: string;
  /** `uri` is there when it is called from an editor's title. */
  run(cx: Cx, uri?: Uri): Promise<void> | void;
}
