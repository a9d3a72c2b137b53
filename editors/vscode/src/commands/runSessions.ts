// Lets the user pick sessions and runs them in parallel.
import { type QuickPickItem, QuickPickItemKind, type Uri, window } from "vscode";
import { DocumentSymbolRequest } from "vscode-languageclient/node";
import { noxfileOf } from "../files";
import type { Server } from "../server";
import type { Command } from "./command";
import { target } from "./target";

interface Item extends QuickPickItem {
  session?: string;
}

export const runSessions: Command = {
  id: "noxflow.runSessions",
  async run({ server, runs }, given) {
    const uri = await target(given);
    if (!uri) return;
    const names = await sessionsOf(server, uri);
    if (!names.length) return void (await runs.start({ uri: uri.toString() }));
    const withDependencies: Item = { label: "Run what they need first", description: "the sessions that the picked ones require", picked: true };
    const items: Item[] = [withDependencies, { label: "Sessions", kind: QuickPickItemKind.Separator }, ...names.map((session): Item => ({ label: session, session }))];
    const picked = await window.showQuickPick(items, {
      canPickMany: true,
      title: "Run sessions in parallel",
      placeHolder: "Pick sessions; none runs the default ones",
    });
    if (!picked) return;
    const sessions = picked.flatMap((item) => item.session ?? []);
    await runs.start({ uri: uri.toString(), ...(sessions.length ? { sessions, withDependencies: picked.includes(withDependencies) } : {}) });
  },
};

/** The outline of a noxfile is its sessions. */
async function sessionsOf(server: Server, uri: Uri): Promise<string[]> {
  const client = await server.client();
  const noxfile = (await noxfileOf(uri)) ?? uri;
  if (!noxfile.path.endsWith("/noxfile.py")) return [];
  const symbols = await client?.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri: noxfile.toString() } }).catch(() => null);
  return [...new Set((symbols ?? []).map(({ name }) => name))];
}
