// Runs what `nox` alone would run, in parallel.
import type { Command } from "./command";
import { target } from "./target";

export const runDefault: Command = {
  id: "noxflow.runDefault",
  async run({ runs }, given) {
    const uri = await target(given);
    if (uri) await runs.start({ uri: uri.toString() });
  },
};
