import type { AppConfig, RoleName } from './platform/index.js';

interface Started {
  address: string;
  config: AppConfig;
  role: RoleName;
  embedded: boolean;
}

/** Tells a person who just started the program where to look. */
export function announce({ address, config, role, embedded }: Started): void {
  const lines = [
    '',
    `  botmaker-agent is running${role === 'all' ? '' : ` as ${role}`}`,
    '',
    ...(config.sandbox ? [`  sandbox    ${address}/sandbox     talk to the agent here: no account needed`] : []),
    `  console    ${address}/console     sign in with ${config.console.isKeyGenerated ? `the key in ${config.database.dataDir}/secrets/ADMIN_API_KEY` : 'ADMIN_API_KEY'}`,
    `  API        ${address}/api/docs`,
    `  webhook    ${address}/botmaker/webhook`,
    `  health     ${address}/health`,
    `  metrics    http://127.0.0.1:${config.http.managementPort}/metrics`,
    '',
    `  model      ${config.agent.model ?? 'offline answerer (quotes the knowledge; set AGENT_MODEL for a real model)'}`,
    `  Botmaker   ${config.sandbox ? 'the sandbox (set BM_ACCESS_TOKEN and BM_SECURITY_TOKEN for the real one)' : config.botmaker.apiBase}`,
    `  database   ${embedded ? `embedded, in ${config.database.dataDir}` : 'DATABASE_URL'}`,
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
