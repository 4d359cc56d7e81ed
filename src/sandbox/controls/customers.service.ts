import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Subject, type Observable } from 'rxjs';
import { AppError } from '../../platform/index.js';
import { lines, type LineName } from '../lines.js';
import { BotmakerTwin } from '../twin/index.js';

/** Somebody whose phone the page holds. */
export interface Customer {
  key: string;
  name: string;
  line: LineName;
  contactId: string;
  /** Botmaker's id of the chat; null until the customer has written. */
  chatId: string | null;
}

const names = ['Ana', 'Bruno', 'Carla', 'Diego', 'Elena', 'Fabio', 'Gala', 'Hugo'];

/** The customers one can play. They live as long as the process, like the account they write to. */
@Injectable()
export class SandboxCustomers {
  private readonly customers = new Map<string, Customer>();
  private readonly subject = new Subject<void>();
  /** Tells that somebody was added, renamed or given a new number. */
  readonly changes: Observable<void> = this.subject.asObservable();

  constructor(private readonly twin: BotmakerTwin) {
    this.add('whatsapp');
  }

  all(): Customer[] {
    return [...this.customers.values()].map((customer) => ({ ...customer, chatId: this.twin.chat(`${lines[customer.line].id}:${customer.contactId}`)?.chatId ?? null }));
  }

  add(line: LineName): Customer {
    const name = names[this.customers.size];
    if (name === undefined) throw new AppError('conflict', 'sandbox.too-many-customers', `there are ${names.length} customers already`);
    const customer = { key: name.toLowerCase(), name, line, contactId: newContactId(line), chatId: null };
    this.customers.set(customer.key, customer);
    this.subject.next();
    return customer;
  }

  /** The same person with a new number: a new chat. The old one stays in the log, as conversations do. */
  restart(key: string): void {
    const customer = this.find(key);
    customer.contactId = newContactId(customer.line);
    this.subject.next();
  }

  write(key: string, text: string): string {
    const chatId = this.twin.customerWrites(this.contactOf(key), text).chatId;
    this.subject.next();
    return chatId;
  }

  /** @param option label or id of a button or list row in this chat */
  tap(key: string, option: string): string {
    const { contactId, line } = this.find(key);
    const chat = this.twin.chat(`${lines[line].id}:${contactId}`);
    const offered = chat?.messages.some(({ content }) => content.options?.some((known) => known.kind !== 'url' && (known.label === option || (known.kind === 'row' && known.id === option))));
    if (!offered) throw new AppError('not-found', 'sandbox.unknown-option', 'no message of this chat offers that option');
    return this.twin.customerTaps(this.contactOf(key), option).chatId;
  }

  private contactOf(key: string): { contactId: string; channelId: string; firstName: string; lastName: string } {
    const { contactId, line, name } = this.find(key);
    return { contactId, channelId: lines[line].id, firstName: name, lastName: 'Prueba' };
  }

  private find(key: string): Customer {
    const customer = this.customers.get(key);
    if (!customer) throw new AppError('not-found', 'sandbox.unknown-customer', 'there is no such customer');
    return customer;
  }
}

/**
 * Never used before: the log outlives the process and the twin doesn't, so a contact of an earlier run would come back
 * with a past that only one of the two remembers.
 */
function newContactId(line: LineName): string {
  const digits = String(randomInt(1_000_000)).padStart(6, '0');
  return line === 'whatsapp' ? `5491150${digits}` : `visita-${digits}`;
}
