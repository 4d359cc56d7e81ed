import { Controller, Get } from '@nestjs/common';

/** The friendly side of the webhook's address; what Botmaker posts to it goes through `door.ts`. */
@Controller('botmaker/webhook')
export class WebhookController {
  /** Botmaker calls the address with GET when the webhook is saved [M]. */
  @Get()
  isThere(): { ok: true } {
    return { ok: true };
  }
}
