import { Injectable } from '@nestjs/common';
import { Subject, type Observable } from 'rxjs';
import { ModelBrake } from '../../platform/index.js';
import { BotmakerTwin } from '../twin/index.js';
import { EchoLag } from './echo-lag.js';
import { mishaps, switchNames, type MishapName, type SwitchName } from './mishaps.js';

/** What WhatsApp answers when a number can't be reached [M]. */
const undeliverable = { code: 131026, error: 'Message undeliverable' };

/** Long enough to write once more, or to take the chat; within the time that a model has. */
const slowModelMs = 10_000;

/** The menu "break it": what is wrong with the account now, and what will be with the next send. */
@Injectable()
export class Breakage {
  private readonly on = new Set<SwitchName>();
  private readonly subject = new Subject<void>();
  private armedInOrder: MishapName[] = [];
  private stopRefusing = (): void => undefined;
  readonly changes: Observable<void> = this.subject.asObservable();

  constructor(
    private readonly twin: BotmakerTwin,
    private readonly echoLag: EchoLag,
    private readonly brake: ModelBrake,
  ) {}

  get switches(): Record<SwitchName, boolean> {
    return Object.fromEntries(switchNames.map((name) => [name, this.on.has(name)])) as Record<SwitchName, boolean>;
  }

  /** What waits for the next sends, in order. The twin uses them up from the front and only knows how many are left. */
  get armed(): MishapName[] {
    this.armedInOrder = this.armedInOrder.slice(this.armedInOrder.length - this.twin.faults.pending('send-messages'));
    return [...this.armedInOrder];
  }

  arm(name: MishapName): void {
    this.armedInOrder = [...this.armed, name];
    this.twin.faults.next('send-messages', mishaps[name]);
    this.subject.next();
  }

  switch(name: SwitchName, on: boolean): void {
    if (on) this.on.add(name);
    else this.on.delete(name);
    this.apply(name, on);
    this.subject.next();
  }

  /** Everything works again. */
  repair(): void {
    this.twin.faults.clear();
    this.armedInOrder = [];
    for (const name of [...this.on]) this.switch(name, false);
    this.subject.next();
  }

  private apply(name: SwitchName, on: boolean): void {
    switch (name) {
      case 'duplicate-webhooks':
        return this.twin.duplicateWebhooks(on);
      case 'drop-webhooks':
        return this.twin.dropWebhooks(on);
      case 'slow-echo':
        this.echoLag.isSlow = on;
        return;
      case 'slow-model':
        this.brake.ms = on ? slowModelMs : 0;
        return;
      case 'refuse-deliveries':
        return this.refuseDeliveries(on);
    }
  }

  /** Each chat has its own switch at the twin: those that are there, and those that come while it is on. */
  private refuseDeliveries(on: boolean): void {
    this.stopRefusing();
    for (const { chatId } of this.twin.chats()) this.twin.failDeliveries(chatId, on ? undeliverable : null);
    if (!on) return;
    this.stopRefusing = this.twin.subscribe((event) => {
      if (event.type === 'chat' && event.change === 'created') this.twin.failDeliveries(event.chatId, undeliverable);
    });
  }
}
