// All commands of the palette. One file a command; the server's own commands (`noxflow.run`, ...) are
// registered by the language client.
import { type Disposable, Uri, commands } from "vscode";
import { cancelRun } from "./cancelRun";
import { clearDurations } from "./clearDurations";
import type { Command, Cx } from "./command";
import { confirmSessions } from "./confirmSessions";
import { fetchDurations } from "./fetchDurations";
import { importDurations } from "./importDurations";
import { previewRewrite } from "./previewRewrite";
import { restart } from "./restart";
import { runDefault } from "./runDefault";
import { runSessions } from "./runSessions";
import { showAudit } from "./showAudit";
import { showGraph } from "./showGraph";
import { showLogs } from "./showLogs";
import { showRun } from "./showRun";

const ALL: readonly Command[] = [runSessions, runDefault, cancelRun, showAudit, showGraph, previewRewrite, confirmSessions, importDurations, fetchDurations, clearDurations, showRun, showLogs, restart];

export function registerCommands(cx: Cx): Disposable[] {
  return ALL.map((command) => commands.registerCommand(command.id, (first: unknown) => command.run(cx, first instanceof Uri ? first : undefined)));
}
