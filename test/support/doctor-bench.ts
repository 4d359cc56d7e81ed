import { randomBytes } from 'node:crypto';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CliModule } from '../../src/cli/cli.module.js';
import { Doctor, DoctorModule, Redirection, reportOf, type Report } from '../../src/doctor/index.js';
import { loadConfig, type AppConfig } from '../../src/platform/index.js';
import type { BotmakerTwin, TwinOptions } from '../../src/sandbox/twin/index.js';
import { ApiCaller } from './api-caller.js';
import { adminKey, newDataDir, startApp, type RunningApp } from './running-app.js';

/** A running program, and beside it what somebody at a terminal of the same machine would start. */
export class DoctorBench {
  private constructor(
    readonly app: RunningApp,
    /** The environment of both, but for what `at` changes. */
    readonly env: Record<string, string>,
    private readonly context: INestApplicationContext,
  ) {}

  static async start(twin: TwinOptions = {}, env: Record<string, string> = {}): Promise<DoctorBench> {
    const key = randomBytes(32).toString('base64');
    const app = await startApp({ twin, env: { ENCRYPTION_KEY: key } });
    const all = {
      NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: app.database.url, DATA_DIR: newDataDir(), SPOOL_MAX_BYTES: '65536', SEND_TIMEOUT_MS: '30000', SEND_DOUBT_MS: '60000', BM_API_BASE: app.twin.baseUrl, BM_SECURITY_TOKEN: app.twin.webhookToken,
      ADMIN_API_KEY: adminKey, ENCRYPTION_KEY: key, PUBLIC_URL: app.address, ...credentialsOf(app.twin),
      RETURN_INTENT: 'VOLVER_FLUJO', HUMAN_INTENT: 'DERIVAR_A_PERSONA', MUTE_INTENT: 'EXT_MUTE', WINDOW_TEMPLATE: 'retomar_conversacion', ...env,
    };
    return new DoctorBench(app, all, await contextFor(configOf(all)));
  }

  get twin(): BotmakerTwin {
    return this.app.twin;
  }

  get redirection(): Redirection {
    return this.context.get(Redirection, { strict: false });
  }

  /** Looks now. */
  report(): Promise<Report> {
    return reportIn(this.context);
  }

  /** Looks as a program with another environment would. */
  async reportWith(env: Record<string, string>): Promise<Report> {
    const context = await contextFor(configOf({ ...this.env, ...env }));
    try {
      return await reportIn(context);
    } finally {
      await context.close();
    }
  }

  /** What somebody has to do, now. */
  async duties(): Promise<string[]> {
    return dutiesOf(await this.report());
  }

  /** The rules of the webhook, as Botmaker holds them. */
  async rules(): Promise<{ URL: string }[]> {
    const { body } = await this.caller.get(`/webhooks/${this.twin.webhookId}`);
    return (body as { redirectionRules: { URL: string }[] }).redirectionRules;
  }

  /** Somebody makes a rule in Botmaker. */
  async makeRule(rule: object): Promise<{ remove: () => Promise<void> }> {
    const path = `/webhooks/${this.twin.webhookId}/redirection-rules`;
    const { id } = (await this.caller.post(path, rule)).body as { id: string };
    return { remove: async () => void (await this.caller.call('DELETE', `${path}/${id}`)) };
  }

  private get caller(): ApiCaller {
    return new ApiCaller(this.twin.baseUrl, this.twin.credentials.accessToken);
  }

  async stop(): Promise<void> {
    await this.context.close();
    await this.app.stop();
  }
}

/** Codes of what matters, and who must act; notes are nobody's duty. */
export const dutiesOf = ({ findings }: Report): string[] => findings.filter(({ severity }) => severity !== 'note').map(({ code, teamName }) => `${code}: ${teamName}`);

/** A terminal's context for any configuration. */
export const contextFor = (config: AppConfig): Promise<INestApplicationContext> => NestFactory.createApplicationContext(CliModule.for(config, [DoctorModule]), { logger: false });

export async function reportIn(context: INestApplicationContext): Promise<Report> {
  return reportOf(await context.get(Doctor, { strict: false }).examine(true), new Date(), 'es');
}

function configOf(env: Record<string, string>): AppConfig {
  return loadConfig(env, (name) => {
    throw new Error(`${name} is not set for the tests`);
  });
}

function credentialsOf({ credentials }: BotmakerTwin): Record<string, string> {
  const { accessToken, clientId, secretId, refreshToken } = credentials;
  return { BM_ACCESS_TOKEN: accessToken, BM_CLIENT_ID: clientId, BM_SECRET_ID: secretId, BM_REFRESH_TOKEN: refreshToken };
}
