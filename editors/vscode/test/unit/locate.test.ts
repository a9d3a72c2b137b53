import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { type Where, isOlder, locate } from "../../src/locate";

let root: string;
let where: Where;

before(async () => {
  root = await mkdtemp(join(tmpdir(), "noxflow-locate-"));
});
after(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  await rm(root, { recursive: true, force: true });
  where = { setting: "", extension: join(root, "extension"), folders: [join(root, "project")], trusted: true, env: { PATH: join(root, "bin") } };
});

/** A program at `path` that says what `--version` should say. */
async function program(path: string, says = "noxflow 0.1.0", mode = 0o755): Promise<string> {
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho '${says}'\n`);
  await chmod(file, mode);
  return file;
}

async function found(): Promise<string> {
  const result = await locate(where);
  return "path" in result ? `${result.origin}: ${result.path.slice(root.length + 1)} ${result.version}` : ["none", ...result.tried].join("; ").replaceAll(`${root}/`, "");
}

test("bundled before virtual environment before PATH", async () => {
  assert.equal(await found(), "none");
  await program("bin/noxflow");
  assert.equal(await found(), "PATH: bin/noxflow 0.1.0");
  await program("project/.venv/bin/noxflow");
  assert.equal(await found(), "virtual environment: project/.venv/bin/noxflow 0.1.0");
  await program("extension/server/noxflow");
  assert.equal(await found(), "bundled: extension/server/noxflow 0.1.0");
});

test("the developer's variable comes before, and the setting first", async () => {
  await program("extension/server/noxflow");
  where.env["NOXFLOW_SERVER"] = await program("mine/noxflow", "noxflow 0.2.0-dev");
  assert.equal(await found(), "NOXFLOW_SERVER: mine/noxflow 0.2.0-dev");
  where.setting = await program("set/noxflow", "noxflow 1.0.0");
  assert.equal(await found(), "setting: set/noxflow 1.0.0");
});

test("a setting that is wrong is said and not passed over", async () => {
  await program("extension/server/noxflow");
  where.setting = join(root, "nowhere");
  assert.equal(await found(), "none; nowhere: no such file");
  where.setting = await program("plain", "noxflow 0.1.0", 0o644);
  assert.equal(await found(), "none; plain: not executable");
});

test("a bare name in the setting is looked up on PATH", async () => {
  await program("bin/noxflow-dev");
  where.setting = "noxflow-dev";
  assert.equal(await found(), "setting: bin/noxflow-dev 0.1.0");
});

test("nothing of an untrusted workspace is started", async () => {
  await program("project/.venv/bin/noxflow");
  where.trusted = false;
  assert.equal(await found(), "none");
  where.setting = "${workspaceFolder}/.venv/bin/noxflow";
  assert.match(await found(), /not trusted/);
  where.trusted = true;
  assert.equal(await found(), "setting: project/.venv/bin/noxflow 0.1.0");
});

test("relative entries of PATH are left out", async () => {
  await program("project/noxflow");
  where.env["PATH"] = ["", ".", "project"].join(delimiter);
  assert.equal(await found(), "none");
});

test("another program of that name, a broken one and an old one are refused with the reason", async () => {
  await program("bin/noxflow", "something else 3.0");
  assert.equal(await found(), "none; bin/noxflow: is not noxflow");
  await program("bin/noxflow", "noxflow 0.0.9");
  assert.match(await found(), /is 0\.0\.9; this extension needs 0\.1\.0 or newer/);
  await writeFile(join(root, "bin/noxflow"), "#!/bin/sh\nexit 3\n");
  assert.match(await found(), /bin\/noxflow: does not start/);
});

test("versions compare by number", () => {
  assert.deepEqual([isOlder("0.9.0", "0.10.0"), isOlder("1.0.0", "0.10.0"), isOlder("0.1.0-rc.1", "0.1.0"), isOlder("0.1", "0.1.0")], [true, false, false, false]);
});
