import { Controller, Get, Sse, type MessageEvent } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { map, type Observable } from 'rxjs';
import { LiveFeed } from './live-feed.service.js';
import { SandboxViews, type SandboxState } from './sandbox-views.service.js';

/** What the page shows: once, or as it changes. */
@Controller('sandbox/api')
@ApiExcludeController()
export class LiveController {
  constructor(
    private readonly views: SandboxViews,
    private readonly feed: LiveFeed,
  ) {}

  @Get('state')
  state(): Promise<SandboxState> {
    return this.views.state();
  }

  /** Server-Sent Events: `state` once, and `chats`, `account` and `entries` as they change. */
  @Sse('events')
  events(): Observable<MessageEvent> {
    return this.feed.follow().pipe(map(({ type, data }) => ({ type, data })));
  }
}
