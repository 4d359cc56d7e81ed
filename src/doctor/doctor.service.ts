import { Injectable } from '@nestjs/common';
import { lookAtModel } from '../agent/index.js';
import { AccountClient } from '../botmaker/index.js';
import { AgentConfig } from '../platform/index.js';
import type { Facts } from './facts.js';
import { judge, unseenTopics } from './judge/judge.js';
import { AccountLook } from './look/account-look.service.js';
import { DatabaseLook } from './look/database-look.store.js';
import { lookAtHost } from './look/host-look.js';
import { OwnConfig } from './own-config.service.js';
import type { Outcome } from './report.js';

/** Looks at both sides, and says what is wrong. Changes nothing on either. */
@Injectable()
export class Doctor {
  constructor(
    private readonly own: OwnConfig,
    private readonly accountLook: AccountLook,
    private readonly account: AccountClient,
    private readonly database: DatabaseLook,
    private readonly model: AgentConfig,
  ) {}

  /** `isAccountThere`: false when the account would be the one that runs here, and it does not run. */
  async examine(isAccountThere: boolean): Promise<Outcome> {
    const facts = await this.facts(isAccountThere);
    return { findings: judge(facts), unseen: unseenTopics(facts) };
  }

  private async facts(isAccountThere: boolean): Promise<Facts> {
    const database = await this.database.look();
    const account = isAccountThere ? await this.accountLook.look() : null;
    const databaseAheadMs = 'value' in database ? database.value.aheadMs : null;
    return {
      own: this.own.facts,
      account,
      database,
      clock: { databaseAheadMs, botmakerAheadMs: this.account.aheadMs },
      host: await lookAtHost(this.own.spool, this.own.knowledge.dir),
      model: await lookAtModel(this.model),
    };
  }
}
