import { Injectable, Logger } from '@nestjs/common';
import { BotmakerClient, type ChatAddress } from '../botmaker/index.js';
import { toAppError } from '../platform/index.js';

/** "typing…" fades after 20 to 25 seconds on the platforms that show it [G]. */
const typingEveryMs = 18_000;

/** What shows a customer that somebody is there: his messages are read, and an answer is being written. */
@Injectable()
export class Courtesies {
  private readonly logger = new Logger(Courtesies.name);

  constructor(private readonly botmaker: BotmakerClient) {}

  /**
   * Begins now and goes on until the function that it returns is called. Nobody waits for it, and its failure changes nothing.
   * Read comes first: where it ended what is shown, "typing…" would be gone.
   */
  attend(address: ChatAddress): () => void {
    let isOver = false;
    const show = async (): Promise<void> => (isOver ? undefined : this.tried(this.botmaker.showTyping(address)));
    void this.tried(this.botmaker.markRead(address)).then(show);
    const timer = setInterval(() => void show(), typingEveryMs);
    timer.unref();
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }

  private async tried(courtesy: Promise<void>): Promise<void> {
    await courtesy.catch((error: unknown) => this.logger.debug({ code: toAppError(error).code }, 'a courtesy was not shown'));
  }
}
