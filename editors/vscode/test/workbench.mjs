// The real VS Code for tests: code-server (the same workbench and extension host) in a scratch folder of its
// own, seen through Debian's Chromium. What differs from the desktop: the interface is a web page, the extension
// host counts as a remote (so machine settings come from Machine/settings.json), and dialogs are drawn, not native.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

/** No telemetry, no updates, no tips, no layout that remembers, and a terminal whose text can be read from the page. */
const CALM = {
  "chat.agentHost.enabled": false,
  "chat.disableAIFeatures": true,
  "editor.hover.delay": 150,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.autoSave": "off", // which a page switches on
  "files.simpleDialog.enable": true,
  "git.enabled": false,
  "npm.autoDetect": "off",
  "telemetry.telemetryLevel": "off",
  "terminal.integrated.gpuAcceleration": "off",
  "update.mode": "none",
  "window.confirmBeforeClose": "never",
  "workbench.editor.useModal": "off",
  "workbench.enableExperiments": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

/** Fails with `what` unless `probe` answers something true in time. */
export async function until(what, probe, seconds = 30) {
  const end = Date.now() + seconds * 1000;
  let last;
  do {
    last = await probe();
    if (last) return last;
    await sleep(100);
  } while (Date.now() < end);
  throw new Error(`waited ${seconds} s for ${what}`);
}

export class Workbench {
  #browser;
  #server;
  #output = "";

  /**
   * @param {{ codeServer: string, folder: string, vsix: string, settings?: object, env?: object, trusted?: boolean, inHostTests?: boolean }} options
   *   `trusted: false` leaves the question of trust to the user, as on a first visit.
   */
  static async launch(options) {
    const workbench = new Workbench();
    workbench.folder = options.folder;
    workbench.scratch = await mkdtemp(join(tmpdir(), "noxflow-vscode-"));
    try {
      await workbench.#launch(options);
    } catch (error) {
      await workbench.close();
      throw error;
    }
    return workbench;
  }

  async #launch({ codeServer, vsix, settings = {}, env = {}, trusted = true, inHostTests = false }) {
    const data = join(this.scratch, "data");
    const wanted = { ...CALM, "security.workspace.trust.enabled": !trusted, ...settings };
    for (const scope of ["User", "Machine"]) {
      await mkdir(join(data, scope), { recursive: true });
      await writeFile(join(data, scope, "settings.json"), JSON.stringify(wanted));
    }
    const configuration = join(this.scratch, "config.yaml");
    await writeFile(configuration, "");
    const places = ["--config", configuration, "--user-data-dir", data, "--extensions-dir", join(this.scratch, "extensions")];
    const environment = {
      ...process.env,
      EXTENSIONS_GALLERY: "{}", // no gallery to ask
      XDG_RUNTIME_DIR: this.scratch, // its sockets
      XDG_STATE_HOME: join(this.scratch, "state"), // the durations that noxflow remembers
      ...env,
    };
    delete environment.VSCODE_IPC_HOOK_CLI;
    await promisify(execFile)(codeServer, [...places, "--install-extension", vsix], { env: environment });

    this.address = `127.0.0.1:${await unusedPort()}`;
    const flags = ["--bind-addr", this.address, "--auth", "none", "--disable-telemetry", "--disable-update-check", "--disable-getting-started-override"];
    if (trusted) flags.push("--disable-workspace-trust");
    if (inHostTests) flags.push("--vscode-option", "enable-smoke-test-driver"); // else a release build ignores the page's test options
    this.#server = spawn(codeServer, [...places, ...flags], { env: environment, stdio: ["ignore", "pipe", "pipe"], detached: true });
    for (const stream of [this.#server.stdout, this.#server.stderr]) stream.on("data", (data) => (this.#output += data));
    const answers = () => fetch(`http://${this.address}/healthz`).then((response) => response.ok, () => false);
    await until("code-server", () => {
      if (this.#server.exitCode !== null) throw new Error(`code-server ended:\n${this.#output}`);
      return answers();
    }, 60);
  }

  /** Opens the folder. `payload` are VS Code's own start options, `prepare` sees the page before it loads. */
  async open({ payload = [], prepare, width = 1280, height = 800 } = {}) {
    this.#browser ??= await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    });
    this.page = await this.#browser.newPage({ viewport: { width, height }, deviceScaleFactor: Number(process.env.SCALE ?? 1) });
    this.page.setDefaultTimeout(15_000);
    await prepare?.(this.page);
    const query = new URLSearchParams({ folder: this.folder });
    if (payload.length) query.set("payload", JSON.stringify(payload));
    await this.page.goto(`http://${this.address}/?${query}`, { waitUntil: "domcontentloaded", timeout: 60_000 });
    await this.page.locator(".monaco-workbench .part.editor").waitFor({ timeout: 60_000 });
    return this.page;
  }

  get #input() {
    return this.page.locator(".quick-input-widget .quick-input-box input");
  }

  quickPickRow(text) {
    return this.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
  }

  async openFile(path) {
    const name = path.split("/").at(-1);
    await this.page.keyboard.press("Control+P");
    await this.#input.fill(path);
    // The one that Enter takes: while the list is still being narrowed, that is another one.
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: name }).waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator(".editor-instance .view-line").first().waitFor();
  }

  /** Runs a command from the palette. A palette that was open before the extension was there does not learn of it: it is opened again. */
  async command(title) {
    const row = this.quickPickRow(title);
    await until(`the command "${title}"`, async () => {
      await this.page.keyboard.press("F1");
      await this.#input.fill(`>${title}`);
      if (await row.waitFor({ timeout: 3000 }).then(() => true, () => false)) return true;
      await this.page.keyboard.press("Escape");
      return false;
    });
    await this.page.keyboard.press("Enter");
  }

  /** Puts the cursor on the first place of `text` in the active editor's file (as it is on the disk), and shows it. */
  async goToText(path, text) {
    const before = (await readFile(join(this.folder, path), "utf8")).split(text)[0].split("\n");
    await this.page.keyboard.press("Control+G");
    await this.#input.fill(`:${before.length}:${before.at(-1).length + 1}`);
    await this.page.keyboard.press("Enter");
    await this.#input.waitFor({ state: "hidden" });
  }

  notification(text) {
    return this.page.locator(".notifications-toasts .notification-list-item", { hasText: text }).first();
  }

  /** What the active terminal shows. */
  async terminalText() {
    const rows = await this.page.locator(".terminal-wrapper.active .xterm-rows > div").allTextContents();
    return rows.map((row) => row.replaceAll("\u00a0", " ").trimEnd()).join("\n").trimEnd();
  }

  /** The document inside the webview that is shown. */
  webview() {
    return this.page.frameLocator("iframe.webview.ready").last().frameLocator("iframe#active-frame");
  }

  /** The extension's log channel and whatever else has `part` in its file name. */
  async logs(part) {
    const root = join(this.scratch, "data/logs");
    const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith(".log") && name.includes(part));
    return (await Promise.all(names.map((name) => readFile(join(root, name), "utf8")))).join("\n");
  }

  async close() {
    await this.#browser?.close();
    if (this.#server && this.#server.exitCode === null) {
      const ended = once(this.#server, "exit");
      process.kill(-this.#server.pid, "SIGTERM");
      await Promise.race([ended, sleep(5000)]);
      try {
        process.kill(-this.#server.pid, "SIGKILL"); // what is left of its group
      } catch {
        // Nothing is.
      }
    }
    await rm(this.scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function unusedPort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}
