// The language server's life: found, started, stopped, restarted, one at a time, and watched.
import { type Disposable, EventEmitter, type ExtensionContext, type LogOutputChannel, type OutputChannel, commands, env, window, workspace } from "vscode";
import { DidChangeConfigurationNotification, type ExecuteCommandParams, ExecuteCommandRequest, LanguageClient, type Middleware, RevealOutputChannelOn, State } from "vscode-languageclient/node";
import { documentSelector } from "./files";
import { type Found, type NotFound, locate } from "./locate";
import { type InitializationOptions, type RunEvent, RunEventNotification, TrustedNotification } from "./protocol";
import { Queue } from "./queue";
import { SECTION, serverPath, serverSettings } from "./settings";

export type ServerState =
  | { is: "stopped" }
  | { is: "starting" }
  | { is: "ready"; found: Found }
  | { is: "missing"; missing: NotFound }
  | { is: "failed"; reason: string };

/** Answers a server command in the server's place, typically by asking the server in a better way. */
export type Intercept = (command: string, args: unknown[]) => Promise<unknown> | undefined;

export class Server implements Disposable {
  readonly #stateChanged = new EventEmitter<ServerState>();
  readonly #runEvent = new EventEmitter<RunEvent>();
  readonly #queue = new Queue();
  readonly #subscriptions: Disposable[] = [];
  #client: LanguageClient | undefined;
  #state: ServerState = { is: "stopped" };
  /** Set by whoever wants to stand between a lens and the server. */
  intercept: Intercept = () => undefined;

  readonly onDidChangeState = this.#stateChanged.event;
  readonly onRunEvent = this.#runEvent.event;

  constructor(
    private readonly context: ExtensionContext,
    private readonly log: LogOutputChannel,
  ) {
    this.#subscriptions.push(
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`${SECTION}.path`)) void this.restart("noxflow.path has changed");
        else if (change.affectsConfiguration(SECTION)) this.#tellSettings();
      }),
      workspace.onDidGrantWorkspaceTrust(() => {
        // Before that, a server inside the workspace was no candidate.
        if (this.#state.is === "missing") void this.restart("the workspace is trusted now");
        else this.#notify((client) => client.sendNotification(TrustedNotification));
      }),
    );
  }

  get state(): ServerState {
    return this.#state;
  }

  /** Starts the server if it does not run. */
  start(): Promise<void> {
    return this.#queue.enqueue("start", () => this.#start());
  }

  stop(): Promise<void> {
    return this.#queue.enqueue("stop", () => this.#stop());
  }

  restart(reason: string): Promise<void> {
    return this.#queue.enqueue("restart", async () => {
      this.log.info(`Restarting the server: ${reason}`);
      await this.#stop();
      await this.#start();
    });
  }

  /** The running client, started if need be; undefined (and the user has been told) where there is no server. */
  async client(): Promise<LanguageClient | undefined> {
    await this.start();
    return this.#client;
  }

  /** Calls a command of the server. An error of the server is the caller's to show. */
  async execute<T>(command: string, argument?: object): Promise<T | undefined> {
    const client = await this.client();
    const params: ExecuteCommandParams = { command, arguments: argument ? [argument] : [] };
    return (await client?.sendRequest(ExecuteCommandRequest.type, params)) as T | undefined;
  }

  async dispose(): Promise<void> {
    for (const subscription of this.#subscriptions) subscription.dispose();
    await this.stop();
    this.#stateChanged.dispose();
    this.#runEvent.dispose();
  }

  async #start(): Promise<void> {
    if (this.#client?.state === State.Running) return;
    await this.#stop(); // one that has crashed too often
    this.#become({ is: "starting" });
    const found = await locate({
      setting: serverPath(),
      extension: this.context.extensionPath,
      folders: (workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === "file").map((folder) => folder.uri.fsPath),
      trusted: workspace.isTrusted,
      env: process.env,
    });
    if (!("path" in found)) {
      this.#become({ is: "missing", missing: found });
      this.log.error(["No server to start.", ...found.tried].join("\n  "));
      void this.#explainMissing(found);
      return;
    }
    this.log.info(`Starting ${found.path} (${found.version}, ${found.origin})`);
    const client = this.#make(found);
    try {
      await client.start();
      this.#client = client;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.error(`The server did not start: ${reason}`);
      this.#become({ is: "failed", reason });
      await client.dispose().catch(() => undefined);
      void this.#offerLogs(`noxflow: the server did not start: ${reason}`);
    }
  }

  #make(found: Found): LanguageClient {
    const run = { command: found.path, args: ["lsp"] };
    const middleware: Middleware = {
      executeCommand: (command, args, next) => this.intercept(command, args) ?? next(command, args),
    };
    const client = new LanguageClient(SECTION, "noxflow", run, {
      documentSelector,
      // A function: after a crash the client starts the server again by itself, with what holds by then.
      initializationOptions: (): InitializationOptions => ({ trusted: workspace.isTrusted, settings: serverSettings() }),
      outputChannel: wholeLines(this.log),
      traceOutputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      middleware,
    });
    client.onNotification(RunEventNotification, (event) => this.#runEvent.fire(event));
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.#become({ is: "ready", found });
      else if (newState === State.Starting) this.#become({ is: "starting" });
      else this.#become({ is: "stopped" });
    });
    return client;
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    if (!client) return;
    // Long enough to end the processes of a run; a server that has crashed for good cannot be stopped.
    await client.dispose(5000).catch((error: unknown) => this.log.warn(`Stopping the server: ${String(error)}`));
    this.#become({ is: "stopped" });
  }

  #become(state: ServerState): void {
    this.#state = state;
    this.#stateChanged.fire(state);
  }

  #tellSettings(): void {
    this.#notify((client) => client.sendNotification(DidChangeConfigurationNotification.type, { settings: { [SECTION]: serverSettings() } }));
  }

  #notify(send: (client: LanguageClient) => Promise<void>): void {
    const client = this.#client;
    if (client?.state !== State.Running) return;
    send(client).catch((error: unknown) => this.log.warn(`The server was not told: ${String(error)}`));
  }

  async #explainMissing({ named }: NotFound): Promise<void> {
    const setting = "Open Setting";
    const showLogs = "Show Logs";
    const message = named
      ? `noxflow: the server named by ${named.origin === "setting" ? "the setting noxflow.path" : named.origin} cannot be used: ${named.path} ${named.reason}.`
      : "noxflow: there is no server to start. This package carries none for your system; install it with `pip install noxflow`, or say where it is.";
    const choice = await window.showErrorMessage(message, setting, showLogs);
    if (choice === setting) await openSetting(`${SECTION}.path`);
    if (choice === showLogs) this.log.show(true);
  }

  async #offerLogs(message: string): Promise<void> {
    if (await window.showErrorMessage(message, "Show Logs")) this.log.show(true);
  }
}

/** A machine's settings are not among the user's own where the extension runs on another machine. */
async function openSetting(id: string): Promise<void> {
  const command = env.remoteName === undefined ? "workbench.action.openSettings" : "workbench.action.openRemoteSettings";
  await commands.executeCommand(command, { query: `@id:${id}` });
}

/** The client passes on what the server writes to stderr as it comes, in pieces; a log wants lines. */
function wholeLines(log: LogOutputChannel): OutputChannel {
  let rest = "";
  return Object.assign(Object.create(log) as OutputChannel, {
    append: (text: string) => {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) log.info(line);
    },
    appendLine: (line: string) => log.info(line),
  });
}
