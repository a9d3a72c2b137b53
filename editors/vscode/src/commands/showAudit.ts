// What runs one after another today, what of it is needed, what that costs, and what to do.
import { basename, dirname } from "node:path";
import { window, workspace } from "vscode";
import { type AuditArgs, type AuditResult, ServerCommand } from "../protocol";
import type { Command } from "./command";
import { target } from "./target";

export const showAudit: Command = {
  id: "noxflow.showAudit",
  async run({ server, reports, log }, given) {
    const uri = await target(given);
    if (!uri) return;
    const args: AuditArgs = { uri: uri.toString() };
    try {
      const answer = await server.execute<AuditResult>(ServerCommand.audit, args);
      if (!answer) return;
      const folder = workspace.getWorkspaceFolder(uri)?.name ?? basename(dirname(uri.path));
      await reports.show(`noxflow audit of ${folder}.md`, answer.markdown);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log.error(`The audit failed: ${message}`);
      void window.showErrorMessage(`noxflow: the audit failed: ${message}`);
    }
  },
};
