// A copy of the seed project for a test to change, and what is needed to watch it.
import { cp, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** What running the sessions leaves behind. */
const LEFTOVERS = /^(\.nox|\.venv|__pycache__|\.coverage.*|\.[a-z]+_cache|dist|site|benchmark\.json|\.benchmarks)$/;

export async function copyOfSeed() {
  const folder = join(await mkdtemp(join(tmpdir(), "noxflow-project-")), "seed");
  await cp(process.env.SEED, folder, { recursive: true, filter: (path) => path === process.env.SEED || !LEFTOVERS.test(basename(path)) });
  return { folder, remove: () => rm(join(folder, ".."), { recursive: true, force: true, maxRetries: 5 }) };
}

/** The settings with which the tests' own nox is called, and the PATH on which it finds uv. */
export const tools = {
  settings: { "noxflow.noxCommand": [join(process.env.NOXFLOW_TOOLS, "bin/nox")] },
  env: { PATH: `${join(process.env.NOXFLOW_TOOLS, "bin")}:${process.env.PATH}` },
};

/** Ids of the processes whose command line holds `text`. */
export async function processesWith(text) {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "")));
  return ids.filter((_, i) => lines[i].replaceAll("\0", " ").includes(text));
}
