import type { Machine } from '../engine/machine.js';
import type { Process } from '../engine/process.js';
import { promise } from '../engine/violation.js';
import type { World } from '../engine/world.js';
import { SimulatedDatabase, databaseSites, type DatabaseSite } from '../surroundings/database.js';
import { Fleet, fleetSites, type FleetSite } from '../surroundings/fleet.js';
import { despiteTrouble } from '../surroundings/trouble.js';
import { TokenHolder } from './holder.js';
import { SimulatedIssuer, issuerSites, tokenLifeMs, type IssuerSite } from './platform.js';
import { credentialRules, type CredentialRules } from './rules.js';
import { CredentialTables } from './tables.js';

type Site = FleetSite | DatabaseSite | IssuerSite;
const sites: readonly Site[] = [...fleetSites, ...databaseSites, ...issuerSites];

const minuteMs = 60_000;
/** Long enough for a token to near its end, to end, and for whatever rests after that. */
const calmAt = 1.5 * tokenLifeMs;
const aftermathMs = 10 * minuteMs;
/** Longer than a refresh may take, and shorter than the leeway before a token's end. */
const longestFreezeMs = tokenLifeMs / 12 - 5000;
const callEveryMs = 40_000;

/** What lies beyond the promises, to show that it does. */
export interface CredentialLimits {
  /** A process may be frozen for longer than the leeway between reading the token and using it. */
  freezesLong?: boolean;
}

/** The API credential: up to three replicas use it and refresh it, and Botmaker's answers get lost on the way. */
export function credentialMachine(rules: Partial<CredentialRules> = {}, { freezesLong = false }: CredentialLimits = {}): Machine {
  return { name: 'credential', sites, calmAt, play: (world) => new CredentialCourse(world as World<Site>, { ...credentialRules, ...rules }, freezesLong ? 4 * longestFreezeMs : longestFreezeMs).play() };
}

class CredentialCourse {
  private readonly issuer: SimulatedIssuer;
  private readonly tables: CredentialTables;
  private readonly database: SimulatedDatabase;
  private readonly fleet: Fleet;
  private version = 1;

  constructor(
    private readonly world: World<Site>,
    private readonly rules: CredentialRules,
    freezeMs: number,
  ) {
    const { chance } = world;
    const habit = { rotates: chance.happens(0.7), endsEarlier: chance.happens(0.5), keepsFirst: chance.happens(0.5) };
    world.trace.note('issuer', JSON.stringify(habit));
    this.issuer = new SimulatedIssuer(world, habit);
    this.tables = new CredentialTables(this.issuer.first, this.issuer, rules);
    this.database = new SimulatedDatabase(world, 30_000);
    this.fleet = new Fleet(world, freezeMs, (process) => this.boot(process), 60_000);
  }

  play(): void {
    this.fleet.start(this.world.chance.between(1, 3));
    this.database.start();
    this.revoke();
    this.world.run({ check: () => this.check(), isOver: () => this.world.clock.now >= calmAt + aftermathMs, checkEnd: () => this.checkEnd() }, aftermathMs + minuteMs);
  }

  private boot(process: Process): void {
    const { world, fleet, database, issuer, tables, rules } = this;
    const holder = new TokenHolder(process, { world, fleet, database, issuer, tables, rules });
    process.repeat(minuteMs, world.chance.between(0, minuteMs), () => despiteTrouble(holder.look()));
    process.repeat(callEveryMs, world.chance.between(0, callEveryMs), () => despiteTrouble(holder.call()));
  }

  private revoke(): void {
    const { clock, chance, faults } = this.world;
    if (faults.fires('token revoked')) this.issuer.revoke();
    if (clock.now < calmAt) clock.in(chance.between(minuteMs, 3 * minuteMs), () => this.revoke());
  }

  private check(): void {
    const { version } = this.tables;
    promise(version === this.version || version === this.version + 1, 'the version grows by one', `${this.version} to ${version}`);
    this.version = version;
  }

  /** Whatever was lost on the way: there is a token that works, or one is being asked for as the schedule ends, or the alarm is up. */
  private checkEnd(): void {
    const now = this.world.clock.date();
    const { pair } = this.tables;
    const works = this.issuer.works(pair) || this.tables.isAsking(now) || this.rules.nextStep(this.tables.facts(this.version, now), now).kind === 'lost';
    promise(works, 'a pair that was lost is replaced, or the alarm is raised', pair.access);
  }
}
