// Runs the *.test.ts of this folder inside the extension host of a real VS Code, with the packaged extension installed.
// VS Code runs tests only for an "extension under development": here that is an empty one made for the occasion, so that
// what is tested is the package and not the source folder.
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { copyOfSeed, tools } from "../project.mjs";
import { Workbench } from "../workbench.mjs";

const SECONDS = 240;
const files = (await readdir("dist/test/host")).filter((name) => name.endsWith(".js")).map((name) => resolve("dist/test/host", name));
const bench = await mkdtemp(join(tmpdir(), "noxflow-bench-"));
const reportFile = join(bench, "report.txt");
const statsFile = join(bench, "stats.json");
const manifest = { name: "bench", publisher: "tests", version: "0.0.0", engines: { vscode: "*" }, main: "./main.js", activationEvents: [] };
await writeFile(join(bench, "package.json"), JSON.stringify(manifest));
await writeFile(join(bench, "main.js"), "exports.activate = () => undefined;");
await writeFile(
  join(bench, "tests.js"),
  `const { appendFileSync, writeFileSync } = require("node:fs");
const { format } = require("node:util");
const Mocha = require(${JSON.stringify(createRequire(import.meta.url).resolve("mocha"))});
exports.run = () => new Promise((resolve, reject) => {
  Mocha.reporters.Base.consoleLog = (...words) => appendFileSync(${JSON.stringify(reportFile)}, format(...words) + "\\n");
  const mocha = new Mocha({ ui: "bdd", color: false, timeout: 30_000 });
  ${JSON.stringify(files)}.forEach((file) => mocha.addFile(file));
  const runner = mocha.run((failures) => {
    writeFileSync(${JSON.stringify(statsFile)}, JSON.stringify(runner.stats));
    failures ? reject(new Error("failed")) : resolve();
  });
});`,
);

const project = await copyOfSeed();
let workbench;
let stats;
try {
  workbench = await Workbench.launch({ codeServer: process.env.CODE_SERVER, folder: project.folder, vsix: process.env.VSIX, inHostTests: true, ...tools });
  const remote = (path) => `vscode-remote://${workbench.address}${path}`;
  const ended = Promise.withResolvers();
  await workbench.open({
    payload: [["extensionDevelopmentPath", remote(bench)], ["extensionTestsPath", remote(join(bench, "tests.js"))]],
    prepare: (page) => page.exposeFunction("codeAutomationExit", () => ended.resolve()), // VS Code calls it when the tests are over
  });
  await Promise.race([ended.promise, sleep(SECONDS * 1000)]);
  process.stdout.write(await readFile(reportFile, "utf8").catch(() => ""));
  stats = JSON.parse(await readFile(statsFile, "utf8").catch(() => "null"));
  if (!stats) console.log(`the tests did not come to their end\n${(await workbench.logs("remoteexthost")).slice(-3000)}`);
  if (!stats || stats.failures) console.log(`--- log of noxflow\n${(await workbench.logs("noxflow")).slice(-4000)}`);
} catch (error) {
  console.log(error);
}
await workbench?.close();
await project.remove();
await rm(bench, { recursive: true, force: true });
console.log(`${stats?.passes ?? 0} passed, ${stats?.failures ?? 1} failed`);
process.exit(stats?.failures === 0 ? 0 : 1);
