// Finds the server: what the user or a developer names, else the one in the package, in the workspace's
// virtual environment, on PATH. Knows nothing of the editor, so that it is tested without one.
import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";

/** The oldest server that speaks `protocol.ts`. */
export const MINIMUM = "0.1.0";

export interface Where {
  /** `noxflow.path`, as written. */
  setting: string;
  extension: string;
  /** Paths of the workspace's folders. */
  folders: readonly string[];
  /** Nothing from an untrusted workspace is started, not even to ask for its version. */
  trusted: boolean;
  env: NodeJS.ProcessEnv;
  platform?: NodeJS.Platform;
}

export type Origin = "setting" | "NOXFLOW_SERVER" | "bundled" | "virtual environment" | "PATH";

export interface Found {
  path: string;
  origin: Origin;
  version: string;
}

export interface NotFound {
  /** What was tried and why it did not do, one line each. */
  tried: string[];
  /** The place that was named and is wrong; then nothing else was tried. */
  named?: { origin: Origin; path: string; reason: string };
}

interface Candidate {
  path: string;
  origin: Origin;
}

export async function locate(where: Where): Promise<Found | NotFound> {
  const named = await namedCandidate(where);
  if (named) {
    const version = named.fromWorkspace && !where.trusted ? { reason: "lies in a workspace that you have not trusted" } : await ask(named.path);
    const { path, origin } = named;
    if (typeof version === "string") return { path, origin, version };
    return { tried: [`${path}: ${version.reason}`], named: { path, origin, reason: version.reason } };
  }
  const tried: string[] = [];
  for (const candidate of unnamedCandidates(where)) {
    if (!(await isFile(candidate.path))) continue;
    const version = await ask(candidate.path);
    if (typeof version === "string") return { ...candidate, version };
    tried.push(`${candidate.path}: ${version.reason}`);
  }
  return { tried };
}

/** A choice that somebody made: when it is wrong we say so, rather than to take another one silently. */
async function namedCandidate(where: Where): Promise<(Candidate & { fromWorkspace: boolean }) | undefined> {
  const developer = where.env["NOXFLOW_SERVER"];
  if (!where.setting) return developer ? { path: developer, origin: "NOXFLOW_SERVER", fromWorkspace: false } : undefined;
  if (!/[\\/]/.test(where.setting)) {
    for (const folder of searchPath(where.env)) {
      const path = join(folder, where.setting);
      if (await isFile(path)) return { path, origin: "setting", fromWorkspace: false };
    }
  }
  const folder = where.folders[0] ?? "";
  const home = where.setting.replace(/^~(?=[\\/])/, homedir());
  const path = home.replaceAll("${workspaceFolder}", folder);
  const fromWorkspace = !isAbsolute(home);
  return { path: isAbsolute(path) ? path : join(folder, path), origin: "setting", fromWorkspace };
}

function unnamedCandidates(where: Where): Candidate[] {
  const windows = (where.platform ?? process.platform) === "win32";
  const name = windows ? "noxflow.exe" : "noxflow";
  const candidates: Candidate[] = [{ path: join(where.extension, "server", name), origin: "bundled" }];
  if (where.trusted) {
    for (const folder of where.folders)
      for (const environment of [".venv", "venv"])
        candidates.push({ path: join(folder, environment, windows ? "Scripts" : "bin", name), origin: "virtual environment" });
  }
  return candidates.concat(searchPath(where.env).map((folder) => ({ path: join(folder, name), origin: "PATH" })));
}

/** PATH without its relative entries: those would mean the workspace. */
function searchPath(env: NodeJS.ProcessEnv): string[] {
  return (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(isAbsolute);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isFile(), () => false);
}

/** The server's version, or why it is none. */
async function ask(path: string): Promise<string | { reason: string }> {
  if (!(await isFile(path))) return { reason: "no such file" };
  if (!(await access(path, constants.X_OK).then(() => true, () => false))) return { reason: "not executable" };
  const answer = await new Promise<string | { reason: string }>((resolve) => {
    execFile(path, ["--version"], { timeout: 10_000, encoding: "utf8", windowsHide: true }, (error, stdout) => {
      resolve(error ? { reason: `does not start: ${error.message.trim().split("\n").at(-1)}` } : stdout);
    });
  });
  if (typeof answer !== "string") return answer;
  const version = /^noxflow(?:\.exe)? (\d+\.\d+\.\d+\S*)/m.exec(answer)?.[1];
  if (!version) return { reason: "is not noxflow" };
  return isOlder(version, MINIMUM) ? { reason: `is ${version}; this extension needs ${MINIMUM} or newer` } : version;
}

export function isOlder(version: string, than: string): boolean {
  const numbers = (text: string) => text.split(/[-+]/)[0]!.split(".").map(Number);
  const [a, b] = [numbers(version), numbers(than)];
  for (let i = 0; i < 3; i++) {
    if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) < (b[i] ?? 0);
  }
  return false;
}
