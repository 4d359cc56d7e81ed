import type { Server } from 'node:http';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Drain, ShutdownConfig } from './platform/index.js';

/**
 * The first SIGTERM or SIGINT drains (`platform/drain.ts` tells the order), then ends what the process brought along, and
 * exits with 0. A second one exits at once. Whatever hangs, the process ends with the grace: an orchestrator that has to kill
 * would not leave a word about why.
 */
export function stopOnSignal(app: NestFastifyApplication, afterwards: () => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(1);
      isStopping = true;
      app.get(Drain).begin();
      endWithTheGrace(app);
      app.close().then(afterwards).then(
        () => process.exit(0),
        (error: unknown) => {
          new Logger('Shutdown').fatal({ err: error }, 'the process could not close what it holds');
          process.exit(1);
        },
      );
    });
  }
}

function endWithTheGrace(app: NestFastifyApplication): void {
  const { graceMs } = app.get(ShutdownConfig);
  const drain = app.get(Drain);
  setTimeout(() => {
    (app.getHttpServer() as Server).getConnections((_error, connections) => {
      new Logger('Shutdown').fatal({ graceMs, running: drain.running(), connections }, 'the grace is over and something still hangs: the process ends without it');
      process.exit(1);
    });
  }, graceMs);
}
