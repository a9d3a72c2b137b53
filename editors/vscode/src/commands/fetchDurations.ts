// Durations from the forge of the git remote, with the account or the token that the user chooses. The token goes to the
// server with the address it is for, and is kept nowhere but in VS Code's own secret storage, if the user types one.
import { type QuickPickItem, authentication, window } from "vscode";
import { ServerCommand, type SourceResult } from "../protocol";
import type { Command, Cx } from "./command";
import { importAndTell } from "./importDurations";
import { target } from "./target";

/** With it GitHub gives the logs of private repositories, too; there is none that only reads. */
const GITHUB_SCOPES = ["repo"];

interface Way extends QuickPickItem {
  way: "account" | "kept" | "typed" | "environment";
}

export const fetchDurations: Command = {
  id: "noxflow.fetchDurations",
  async run(cx, given) {
    const uri = await target(given);
    if (!uri) return;
    const source = await whom(cx, uri.toString());
    if (!source) return;
    const { url, repository } = source;
    const chosen = await token(cx, source);
    if (!chosen) return;
    // Without a token of ours the address is left out: what the environment has then goes to the forge it is of only.
    const fetch = chosen.token ? { url, repository, token: chosen.token } : chosen.isNamed ? { url, repository } : {};
    await importAndTell(cx, { uri: uri.toString(), fetch });
  },
};

/** The forge and repository of the git remote, else what the user types. */
async function whom({ server, log }: Cx, uri: string): Promise<(SourceResult & { isTyped?: boolean }) | undefined> {
  try {
    return await server.execute<SourceResult>(ServerCommand.timingsSource, { uri });
  } catch (error) {
    log.info(`No forge by the git remote: ${String(error)}`);
    const typed = await window.showInputBox({ title: "noxflow: which repository?", prompt: "Its address on the forge", placeHolder: "https://git.example.org/owner/repository" });
    if (!typed) return undefined;
    const answer = await server.execute<SourceResult>(ServerCommand.timingsSource, { uri, url: typed.trim() }).catch((error: unknown) => void window.showErrorMessage(`noxflow: ${error instanceof Error ? error.message : String(error)}`));
    return answer ? { ...answer, isTyped: true } : undefined;
  }
}

/** What opens the forge; undefined: the user has left. */
async function token({ secrets }: Cx, source: SourceResult & { isTyped?: boolean }): Promise<{ token?: string; isNamed: boolean } | undefined> {
  const key = `noxflow.token:${source.host}`;
  const kept = await secrets.get(key);
  const isGitHub = source.host === "github.com";
  const ways: Way[] = [
    ...(isGitHub ? [{ way: "account" as const, label: "$(github) With my GitHub account", description: "asks to sign in if need be" }] : []),
    ...(kept ? [{ way: "kept" as const, label: "$(key) With the token that is kept", description: `for ${source.host}` }] : []),
    { way: "typed", label: "$(edit) With a token…", description: "kept in VS Code's secret storage; it needs to read only" },
    { way: "environment", label: "$(globe) Without a token", description: "or with that of the environment, if it is of this forge" },
  ];
  const picked = await window.showQuickPick(ways, { title: `noxflow: durations from ${source.repository} on ${source.host}`, placeHolder: "How is it read?" });
  switch (picked?.way) {
    case undefined:
      return undefined;
    case "account": {
      const session = await authentication.getSession("github", GITHUB_SCOPES, { createIfNone: true });
      return { token: session.accessToken, isNamed: true };
    }
    case "kept":
      return { ...(kept ? { token: kept } : {}), isNamed: true };
    case "typed": {
      const typed = (await window.showInputBox({ title: `noxflow: token for ${source.host}`, password: true, ignoreFocusOut: true }))?.trim();
      if (!typed) return undefined;
      await secrets.store(key, typed);
      return { token: typed, isNamed: true };
    }
    case "environment":
      return { isNamed: source.isTyped ?? false };
  }
}
