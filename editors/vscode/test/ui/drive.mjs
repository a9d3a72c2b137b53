// The packaged extension as a person meets it: real VS Code, real server, a copy of the seed project, mouse and keys.
// Each step takes its screenshot into $SCREENS. Prints 'N passed, N failed' last.
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { copyOfSeed, processesWith, tools } from "../project.mjs";
import { Workbench, until } from "../workbench.mjs";

const FORGEJO = ".forgejo/workflows/ci.yml";
const count = { passed: 0, failed: 0 };
let workbench;

/** One thing that a person sees or does; what comes after it is tried even if it fails. */
async function step(name, body) {
  const start = Date.now();
  try {
    await body(workbench.page);
    count.passed++;
    console.log(`ok    ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    count.failed++;
    console.log(`FAIL  ${name}: ${String(error.message ?? error).split("\n").slice(0, 5).join(" | ")}`);
    await workbench.page.screenshot({ path: join(process.env.SCREENS, `vscode-FAILED-${count.failed}.png`) }).catch(() => undefined);
    await workbench.page.keyboard.press("Escape");
  }
}

const screen = (name) => workbench.page.screenshot({ path: join(process.env.SCREENS, `vscode-${name}.png`) });

/** Starts VS Code on a fresh copy of the seed, does `body`, and cleans up. */
async function session(options, body, change = async () => undefined) {
  const project = await copyOfSeed();
  try {
    await change(project.folder);
    const { settings, env } = tools;
    workbench = await Workbench.launch({
      codeServer: process.env.CODE_SERVER,
      vsix: process.env.VSIX,
      folder: project.folder,
      ...options,
      settings: { ...settings, ...options.settings },
      env: { ...env, ...options.env },
    });
    await workbench.open();
    const failed = count.failed;
    await body(project.folder);
    if (count.failed > failed) console.log(`--- log of noxflow\n${(await workbench.logs("noxflow")).slice(-4000)}`);
  } catch (error) {
    count.failed++;
    console.log("FAIL ", error);
  } finally {
    await workbench?.close();
    await project.remove();
  }
}

const terminalShows = (pattern, seconds = 60) => until(`${pattern} in the terminal`, async () => pattern.test(await workbench.terminalText()), seconds);

await session({}, async (folder) => {
  await step("the noxfile has its lenses", async (page) => {
    await workbench.openFile("noxfile.py");
    await page.locator(".codelens-decoration a", { hasText: /^Run\b/ }).first().waitFor({ timeout: 30_000 });
    await screen("1-lenses");
  });

  await step("hovering a session tells its time", async (page) => {
    await workbench.goToText("noxfile.py", "unit_tests(session");
    const shown = page.locator(".monaco-hover-content", { hasText: /critical path/i }).first();
    // Lenses and hints that come later move the line away from under the pointer.
    for (let turn = 0; turn < 5 && !(await shown.isVisible()); turn++) {
      await page.mouse.move(0, 0);
      await page.locator(".view-line span", { hasText: /^unit_tests$/ }).last().hover();
      await shown.waitFor({ timeout: 3_000 }).catch(() => {});
    }
    await shown.waitFor();
    await page.waitForTimeout(500); // it fades in; only for the picture
    await screen("2-hover");
    await page.keyboard.press("Escape");
  });

  await step("the workflow's problem is underlined and listed", async (page) => {
    await workbench.openFile(FORGEJO);
    await page.locator('[class*="squiggly-"], .cdr.squiggly-hint, .cdr[class*="squiggly"]').first().waitFor();
    await page.keyboard.press("Control+Shift+M");
    await page.locator(".markers-panel .monaco-list-row", { hasText: "noxflow" }).first().waitFor();
    await screen("3-problems");
    await page.keyboard.press("Control+Shift+M");
  });

  await step("the light bulb rewrites the workflow on the disk", async (page) => {
    const before = await readFile(join(folder, FORGEJO), "utf8");
    await workbench.goToText(FORGEJO, "nox -s unit_tests");
    await page.keyboard.press("Control+.");
    await page.locator(".action-widget .monaco-list-row", { hasText: "→" }).first().waitFor();
    await screen("4-code-actions");
    await page.keyboard.press("Enter");
    await page.locator(".tab.active.dirty").waitFor();
    await screen("5-rewritten");
    await page.keyboard.press("Control+K");
    await page.keyboard.press("s");
    const after = await until("the file on the disk", async () => {
      const text = await readFile(join(folder, FORGEJO), "utf8");
      return text !== before && text;
    });
    for (const comment of before.match(/#.*$/gm)) if (!after.includes(comment)) throw new Error(`lost: ${comment}`);
  });

  await step("picked sessions run in parallel and pass", async (page) => {
    await workbench.openFile("noxfile.py");
    await workbench.command("noxflow: Run sessions in parallel");
    for (const name of ["lint", "dead_code"]) await workbench.quickPickRow(new RegExp(`^${name}(Sessions)?$`)).click(); // the first one carries the group's name
    await screen("6-pick");
    await page.keyboard.press("Enter");
    await terminalShows(/Running 2 sessions in parallel/);
    await screen("7-running");
    await terminalShows(/2 passed in \d/, 120);
    await page.locator(".statusbar-item", { hasText: "2 sessions passed" }).waitFor();
    await screen("8-passed");
  });

  await step("a failure shows its output, and its log opens", async (page) => {
    await writeFile(join(folder, "src/stint/unused.py"), "import os\n");
    await workbench.command("noxflow: Run sessions in parallel");
    for (const name of ["lint", "dead_code"]) await workbench.quickPickRow(new RegExp(`^${name}(Sessions)?$`)).click(); // the first one carries the group's name
    await page.keyboard.press("Enter");
    const message = workbench.notification("failed");
    await message.waitFor({ timeout: 60_000 });
    await terminalShows(/Session lint failed/);
    await screen("9-failed");
    await message.locator("a", { hasText: /^Open Log/ }).first().click();
    await page.locator(".view-line", { hasText: "F401" }).first().waitFor();
    await screen("10-log");
    await page.keyboard.press("Control+W");
    const link = page.locator(".terminal-wrapper.active .xterm-rows span", { hasText: /full log \[\d+\]/ }).first();
    const { x, y, width, height } = await link.boundingBox();
    await page.keyboard.down("Control");
    await page.mouse.move(x + width - 20, y + height / 2, { steps: 5 }); // links are looked for under a moving mouse
    await page.locator(".monaco-hover, .terminal-hover, .workbench-hover", { hasText: "lint.log" }).first().waitFor();
    await page.mouse.down();
    await page.mouse.up();
    await page.keyboard.up("Control");
    await page.locator(".view-line", { hasText: "F401" }).first().waitFor();
  });

  await step("Ctrl+C in the terminal ends the run and its processes", async (page) => {
    const marker = `noxflow-ui-sleeper-${process.pid}`;
    await appendFile(
      join(folder, "noxfile.py"),
      `\n\n@nox.session(venv_backend="none")\ndef slow(session: nox.Session) -> None:\n    """Sleep."""\n    session.run("python3", "-c", "import time; time.sleep(300)", "${marker}", external=True)\n`,
    );
    await workbench.openFile("noxfile.py");
    await workbench.goToText("noxfile.py", "slow(session");
    const lens = page.locator(".codelens-decoration a", { hasText: /^Run\b/ }).last();
    await until("the lens of slow", async () => {
      const line = page.locator(".view-line", { hasText: "slow(session" });
      const [a, b] = [await lens.boundingBox(), await line.boundingBox()];
      return a && b && b.y > a.y && b.y - a.y < 80;
    });
    await lens.click();
    await until("its process", async () => (await processesWith(marker)).length > 0, 30);
    await terminalShows(/▸ 0\/1 +slow \d+ s/);
    await screen("11-slow");
    await page.locator(".terminal-wrapper.active .xterm-screen").click();
    await page.keyboard.press("Control+C");
    await until("the end of its process", async () => (await processesWith(marker)).length === 0, 20);
    await page.locator(".statusbar-item", { hasText: "cancelled" }).waitFor();
    await screen("12-cancelled");
  });

  await step("the graph is a picture with the critical path", async (page) => {
    await workbench.command("noxflow: Show graph of sessions");
    const inner = page.frameLocator("iframe.webview").last().frameLocator("iframe#active-frame");
    await inner.locator("g.session.critical").first().waitFor({ timeout: 30_000 });
    await screen("8-graph");
  });

  await step("the audit report is shown", async () => {
    await workbench.openFile("noxfile.py");
    await workbench.command("noxflow: Show audit report");
    await workbench.webview().locator("body", { hasText: "coverage_report" }).waitFor({ timeout: 30_000 });
    await screen("13-audit");
  });

  await step("the log tells which server was started", async () => {
    const text = await workbench.logs("noxflow");
    if (!/Starting .*\/server\/noxflow \(\d+\.\d+\.\d+.*, bundled\)/.test(text)) throw new Error(text.slice(0, 500));
  });
});

const QUICK = `import nox


@nox.session(venv_backend="none")
def hello(session: nox.Session) -> None:
    session.run("python3", "-c", "print('hello')", external=True)
`;

await session(
  { trusted: false, settings: { "security.workspace.trust.startupPrompt": "never", "security.workspace.trust.banner": "never" } },
  async () => {
    await step("an untrusted workspace is explained but not run", async (page) => {
      await workbench.openFile("noxfile.py");
      await page.locator(".codelens-decoration a", { hasText: /^Run ·/ }).first().click({ timeout: 30_000 });
      await workbench.notification("have not trusted").waitFor();
      await screen("14-untrusted");
      if (await page.locator(".terminal-wrapper").count()) throw new Error("something was run");
    });

    await step("once trusted, it runs", async (page) => {
      await workbench.notification("have not trusted").locator("a", { hasText: "Manage Trust" }).click();
      await page.locator(".workspace-trust-editor a.monaco-button", { hasText: /^Trust$/ }).first().click();
      await workbench.openFile("noxfile.py");
      await page.locator(".codelens-decoration a", { hasText: /^Run ·/ }).first().click();
      await terminalShows(/1 passed in \d/);
      await screen("15-trusted");
    });
  },
  (folder) => writeFile(join(folder, "noxfile.py"), QUICK),
);

await session({ settings: { "noxflow.path": "/nowhere/noxflow" } }, async () => {
  await step("a wrong path is said, with a way to mend it", async (page) => {
    const message = workbench.notification("/nowhere/noxflow no such file");
    await message.waitFor({ timeout: 30_000 });
    await screen("16-no-server");
    await message.locator("a", { hasText: "Open Setting" }).click();
    await page.locator(".settings-editor .setting-item", { hasText: "The noxflow server to start" }).first().waitFor();
  });
});

console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed ? 1 : 0);
