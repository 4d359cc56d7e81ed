import { Controller, Get } from '@nestjs/common';

/** The friendly side of the doors' addresses; what Botmaker posts to them goes through `door.ts`. */
@Controller('botmaker')
export class WebhookController {
  /** Botmaker calls the address with GET when the webhook is saved [M]. */
  @Get(['webhook', 'code-action'])
  isThere(): { ok: true } {
    return { ok: true };
  }
}
