import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Alarms, Drain, Role, toAppError } from '../platform/index.js';
import { severityOf, type Finding, type FindingCode } from './finding.js';
import { judgeAccount } from './judge/judge.js';
import { AccountLook } from './look/account-look.service.js';
import { OwnConfig } from './own-config.service.js';

const tickMs = 30_000;
/** The first look waits for a rollout to end, and a random while more, so that replicas do not stand in line for the account's limits. */
const firstMs = { atLeast: 60_000, more: 120_000 };
/** So many looks in a row may fail to see anything. */
const patience = 3;

/** What the last look found. */
export interface SetupState {
  lookedAt: Date;
  problems: FindingCode[];
  warnings: FindingCode[];
  unseen: FindingCode[];
}

/**
 * Looks now and then whether somebody changed Botmaker's side under us: a switch of the webhook, an intent, a template that
 * WhatsApp took back. Each process looks for itself, five free calls an hour: what is right depends on its own settings, and
 * whether Botmaker can be asked depends on its own way out (ADR 30).
 */
@Injectable()
export class SetupWatch {
  private readonly logger = new Logger(SetupWatch.name);
  private dueAt = performance.now() + firstMs.atLeast + Math.random() * firstMs.more;
  private blindLooks = 0;
  private last: SetupState | null = null;

  constructor(
    private readonly role: Role,
    private readonly own: OwnConfig,
    private readonly account: AccountLook,
    private readonly alarms: Alarms,
    private readonly drain: Drain,
  ) {}

  get isOn(): boolean {
    return this.own.doctor.everyMs > 0 && (this.role.serves || this.role.works);
  }

  /** Null before the first look. */
  get state(): SetupState | null {
    return this.last;
  }

  @Interval(tickMs)
  async tick(): Promise<void> {
    if (!this.isOn || performance.now() < this.dueAt) return;
    this.dueAt = performance.now() + this.own.doctor.everyMs;
    try {
      await this.drain.hold('the look at the account’s setup', () => this.look());
    } catch (error) {
      this.logger.warn({ err: error, code: toAppError(error).code }, 'the account’s setup could not be looked at');
    }
  }

  async look(): Promise<void> {
    const findings = judgeAccount(this.own.facts, await this.account.look());
    const [problems, warnings, unseen] = (['problem', 'warning', 'unseen'] as const).map((severity) => codesOf(findings.filter((finding) => severityOf(finding) === severity)));
    this.last = { lookedAt: new Date(), problems: problems ?? [], warnings: warnings ?? [], unseen: unseen ?? [] };
    this.tell(this.last);
  }

  /** Who could not see everything does not say that it is well again. */
  private tell({ problems, unseen }: SetupState): void {
    this.blindLooks = unseen.length > 0 ? this.blindLooks + 1 : 0;
    if (problems.length > 0 || unseen.length === 0) this.alarms.set('setup-wrong', problems.length > 0, { problems: problems.join(',') });
    this.alarms.set('setup-blind', this.blindLooks >= patience, { looks: this.blindLooks });
  }
}

const codesOf = (findings: readonly Finding[]): FindingCode[] => [...new Set(findings.map(({ code }) => code))];
