export const roleNames = ['all', 'api', 'worker', 'migrate'] as const;
export type RoleName = (typeof roleNames)[number];

/** What this process is for. One image, three long-running roles; `migrate` never boots the application. */
export class Role {
  constructor(readonly name: RoleName) {}

  /** Opens the doors: webhook, console, API. */
  get serves(): boolean {
    return this.name === 'all' || this.name === 'api';
  }

  /** Runs jobs and schedules. */
  get works(): boolean {
    return this.name === 'all' || this.name === 'worker';
  }
}
