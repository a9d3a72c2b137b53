// Bundles the extension into dist/extension.js, and with --tests what runs outside it: unit and host tests.
import { readdir } from "node:fs/promises";
import { build, context } from "esbuild";

const flags = new Set(process.argv.slice(2));
const common = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["vscode"],
  logLevel: "warning",
};

const extension = {
  ...common,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  minify: flags.has("--production"),
  sourcemap: flags.has("--production") ? false : "inline",
  // The package's own "main" is UMD, whose `require` a bundler cannot follow.
  mainFields: ["module", "main"],
};

async function tests(kind) {
  const names = (await readdir(`test/${kind}`)).filter((name) => name.endsWith(".test.ts"));
  await build({ ...common, entryPoints: names.map((name) => `test/${kind}/${name}`), outdir: `dist/test/${kind}`, sourcemap: "inline" });
}

if (flags.has("--watch")) {
  await (await context(extension)).watch();
} else {
  await build(extension);
  if (flags.has("--tests")) await Promise.all([tests("unit"), tests("host")]);
}
