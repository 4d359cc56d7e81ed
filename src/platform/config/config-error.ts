/** The environment can't be used; `problems` names each thing that is wrong, so that one restart is enough. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`the configuration has ${problems.length} problem(s):\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}
