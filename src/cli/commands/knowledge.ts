import { KnowledgeIndex, KnowledgeModule, KnowledgeSearch } from '../../knowledge/index.js';
import { UsageError, type Command } from '../command.js';

const usage = 'knowledge index | knowledge search "QUESTION"';

/** For those who write the knowledge: reads the folder anew and says what is wrong with it, or shows what a question finds. */
export const knowledgeCommand: Command = {
  usage,
  rooms: [KnowledgeModule],
  async run(app, [action, question]) {
    const index = app.get(KnowledgeIndex, { strict: false });
    if (action === 'index') {
      console.log(await index.refresh());
    } else if (action === 'search' && question) {
      await index.refresh();
      const passages = await app.get(KnowledgeSearch, { strict: false }).search(question);
      if (passages.length === 0) console.log('nothing found');
      for (const { source, heading, title, coverage, score, body } of passages) {
        console.log(`\n${source} · ${[title, heading].filter(Boolean).join(' › ')} · coverage ${coverage.toFixed(2)} · score ${score.toFixed(2)}\n${body}`);
      }
    } else {
      throw new UsageError(usage);
    }
  },
};
