// What noxflow's server and this extension say to each other beyond the language server protocol.
// The other side of it is `server/app/src/lsp/ext.rs`: change both together.
import { NotificationType, NotificationType0 } from "vscode-languageclient/node";

/** `initializationOptions`. */
export interface InitializationOptions {
  trusted: boolean;
  settings: ServerSettings;
}

/** The `noxflow.*` settings that the server reads, as far as they are set; their table is in package.json. */
export interface ServerSettings {
  noxCommand?: string[];
  /** Where the workflows run; absent: the newest. */
  noxVersion?: string;
  lanes?: number | null;
  platform?: "auto" | "github" | "forgejo" | "gitea";
  runnerSlots?: { github?: number; forgejo?: number; gitea?: number };
  jobOverheadSeconds?: number | null;
  lints?: Record<string, "off" | "hint" | "info" | "warning" | "error">;
  codeLens?: boolean;
  inlayHints?: boolean;
  confirmWithNox?: boolean;
}

/** Client to server: the user has just trusted the workspace. */
export const TrustedNotification = new NotificationType0("noxflow/trusted");

/** Server to client: something happened in a run. */
export const RunEventNotification = new NotificationType<RunEvent>("noxflow/runEvent");

/** Commands of the server, called by `workspace/executeCommand`. */
export const ServerCommand = {
  run: "noxflow.run",
  cancel: "noxflow.cancel",
  audit: "noxflow.audit",
  graph: "noxflow.graph",
  confirm: "noxflow.confirm",
  importTimings: "noxflow.importTimings",
  timingsSource: "noxflow.timingsSource",
  clearTimings: "noxflow.clearTimings",
} as const;

/** The argument of `noxflow.run`. */
export interface RunArgs {
  /** A noxfile, a workflow, or any file of the folder. */
  uri?: string;
  /** Absent: the noxfile's default sessions. */
  sessions?: string[];
  withDependencies?: boolean;
  jobs?: number;
  posargs?: string[];
}

/** What `noxflow.run` answers when the run is over. */
export interface RunResult {
  run: string;
  exitCode: number;
  passed: number;
  failed: number;
  skipped: number;
  cancelled: boolean;
  seconds: number;
  /** The same sessions one after another. */
  sequentialSeconds: number;
  sessions: SessionResult[];
}

export interface SessionResult {
  name: string;
  outcome: "passed" | "failed" | "skipped" | "cancelled";
  exitCode: number | null;
  seconds: number;
  /** Path of the complete log. */
  log: string | null;
  /** What the output of a failed one names; the server also publishes these as diagnostics. */
  places: Place[];
}

export interface Place {
  path: string;
  /** From 1, as the column. */
  line: number;
  column: number | null;
  level: "error" | "warning" | "info" | "hint";
  /** `pytest`, `ruff`; empty where nobody can tell. */
  tool: string;
  code: string | null;
  message: string;
}

export interface RunEvent {
  run: string;
  event: "runStarted" | "taskStarted" | "taskOutput" | "taskPassed" | "taskFailed" | "taskSkipped" | "taskCancelled" | "runFinished";
  session?: string;
  line?: string;
  exitCode?: number | null;
  seconds?: number;
  reason?: string;
  log?: string | null;
  /** With `runStarted`: all sessions of the run. */
  sessions?: string[];
  /** With `runStarted`: how long the run should take. */
  predictedSeconds?: number | null;
  /** With `runFinished`: whether somebody cancelled the run. */
  cancelled?: boolean;
}

/** The argument of `noxflow.audit`. */
export interface AuditArgs {
  uri?: string;
}

export interface AuditResult {
  markdown: string;
}

/** The argument of `noxflow.confirm`. */
export interface ConfirmArgs {
  uri?: string;
}

export interface ConfirmResult {
  uri: string;
  /** What nox lists, each interpreter and set of parameters counted. */
  sessions: number;
}

/** What `noxflow.graph` answers; its argument is that of `noxflow.run`. */
export interface GraphResult {
  /** A tree with times and bars, for people. */
  text: string;
  plan: Plan;
}

/** Sessions in the order of their starts; times in seconds from the start of the run. */
export interface Plan {
  lanes: number;
  predictedSeconds: number;
  sequentialSeconds: number;
  sessions: PlannedSession[];
}

export interface PlannedSession {
  session: string;
  start: number;
  end: number;
  /** Sessions that must be over first. */
  after: string[];
  /** How much later it may start; 0: it is on the critical path. */
  slack: number;
}

/** The argument of `noxflow.importTimings`: files, or a forge. */
export interface ImportArgs {
  uri?: string;
  /** URIs or paths of reports, logs (also packed), records of jobs. */
  files?: string[];
  fetch?: FetchArgs;
}

export interface FetchArgs {
  /** The forge's address; absent: that of the git remote. */
  url?: string;
  /** `OWNER/REPOSITORY` */
  repository?: string;
  /** Goes to the forge at `url`, which must then be there, and nowhere else. */
  token?: string;
  branch?: string;
  workflow?: string;
  since?: string;
  limit?: number;
  logs?: boolean;
}

export interface ImportResult {
  /** Durations that were not known, and those that were. */
  durations: number;
  known: number;
  sessions: number;
  runs: number;
  /** What was left out and why. */
  notes: string[];
  /** Why it ended before its end. */
  stopped: string | null;
  /** All of it in a sentence. */
  message: string;
}

/** What `noxflow.timingsSource` answers: whom `fetch` would ask. */
export interface SourceResult {
  url: string;
  host: string;
  repository: string;
  /** Absent: the server there would have to be asked. */
  forge: "github" | "forgejo" | "gitea" | null;
}

/** The argument of `noxflow.clearTimings`; its answer says how many are gone. */
export interface ClearArgs {
  uri?: string;
  sessions?: string[];
}
