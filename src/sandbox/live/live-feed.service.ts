import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { auditTime, concatMap, defer, distinctUntilChanged, filter, map, merge, Observable, share, Subject, takeUntil, tap } from 'rxjs';
import { Breakage } from '../controls/breakage.service.js';
import { SandboxCustomers } from '../controls/customers.service.js';
import { BotmakerTwin, type TwinEvent } from '../twin/index.js';
import type { ChatView } from './chat-view.js';
import { entryLine, type EntryLine } from './entry-line.js';
import { LogTail } from './log-tail.service.js';
import { SandboxViews, type AccountView, type SandboxState } from './sandbox-views.service.js';

/** What the page is told. Each is whole in itself: receiving it twice, or after a newer one of its kind is lost, does no harm. */
export type Update =
  | { type: 'state'; data: SandboxState }
  | { type: 'chats'; data: ChatView[] }
  | { type: 'account'; data: AccountView }
  | { type: 'entries'; data: EntryLine[] };

/** Changes come in bursts; what is shown together is sent together. */
const gatherMs = 40;

/** Tells every open page what changes. Nothing runs while no page is open. */
@Injectable()
export class LiveFeed implements OnModuleDestroy {
  private readonly closed = new Subject<void>();
  private readonly updates: Observable<Update>;

  constructor(
    private readonly twin: BotmakerTwin,
    private readonly tail: LogTail,
    private readonly views: SandboxViews,
    customers: SandboxCustomers,
    breakage: Breakage,
  ) {
    this.updates = defer(() => this.watch(merge(customers.changes, breakage.changes))).pipe(share());
  }

  /** The state as it is and every change, until the page or the program goes. */
  follow(): Observable<Update> {
    const state = defer(async (): Promise<Update> => ({ type: 'state', data: await this.views.state() }));
    return merge(this.updates, state).pipe(takeUntil(this.closed));
  }

  /** Open streams would keep the server from closing. */
  onModuleDestroy(): void {
    this.closed.next();
  }

  private watch(accountChanges: Observable<void>): Observable<Update> {
    const twinEvents = new Observable<TwinEvent>((subscriber) => this.twin.subscribe((event) => subscriber.next(event))).pipe(share());
    const entries = this.tail.follow().pipe(map((fresh) => fresh.filter(({ botmakerChatId }) => this.isHere(botmakerChatId))), filter((fresh) => fresh.length > 0), share());
    const touchedChats = merge(twinEvents.pipe(map(chatIdOf)), entries.pipe(concatMap((fresh) => fresh.map(({ botmakerChatId }) => botmakerChatId))));
    return merge(
      entries.pipe(map((fresh): Update => ({ type: 'entries', data: fresh.map(entryLine) }))),
      this.chatUpdates(touchedChats),
      this.accountUpdates(merge(accountChanges, twinEvents)),
    );
  }

  /** The log may hold more than this sandbox: what was said before the program started is in the console. */
  private isHere(chatId: string | null): boolean {
    return chatId !== null && this.twin.chat(chatId) !== undefined;
  }

  private accountUpdates(changes: Observable<unknown>): Observable<Update> {
    return changes.pipe(
      auditTime(gatherMs),
      map(() => this.views.account()),
      distinctUntilChanged((before, after) => JSON.stringify(before) === JSON.stringify(after)),
      map((account): Update => ({ type: 'account', data: account })),
    );
  }

  private chatUpdates(touched: Observable<string | null>): Observable<Update> {
    const chatIds = new Set<string>();
    return touched.pipe(
      filter((chatId) => chatId !== null),
      tap((chatId) => chatIds.add(chatId)),
      auditTime(gatherMs),
      concatMap(() => {
        const gathered = [...chatIds];
        chatIds.clear();
        return this.views.chats(gathered);
      }),
      filter((chats) => chats.length > 0),
      map((chats): Update => ({ type: 'chats', data: chats })),
    );
  }
}

function chatIdOf(event: TwinEvent): string | null {
  switch (event.type) {
    case 'message':
    case 'status':
    case 'chat':
      return event.chatId;
    case 'webhook':
    case 'call':
    case 'violation':
      return null;
  }
}
