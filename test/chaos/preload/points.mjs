/*
 * The table of failpoints: where in the built product a process can be killed or frozen, in the order in which a message passes.
 * A line names the methods in which the point lies, the first that exists is taken; `at` is when:
 *
 *   before   the method was called and has not begun
 *   during   it is under way: its first statements may have been sent
 *   after    it has come to its end, nobody knows yet
 *   inside   told only: the rig strikes when the other side (the model, Botmaker) has the request
 *
 * `args` and `result` narrow it to the calls that are meant. When a room renames its methods, mend the table here.
 */
export const points = {
  K0: { what: 'a webhook body has come, nothing is stored', at: 'before', in: [['build/inbox/envelope.store.js', 'EnvelopeStore', 'insert']] },
  K1: { what: 'the body is committed, the 200 is not sent', at: 'after', in: [['build/inbox/envelope.store.js', 'EnvelopeStore', 'insert']] },
  K2: { what: 'the turn is claimed, the agent is not asked', at: 'after', in: [['build/conversation/turn-reading.service.js', 'TurnReading', 'open']], result: (turn) => turn !== null },
  K3: { what: 'the model has the question', at: 'inside', in: [['build/agent/agent.service.js', 'AgentService', 'decide']] },
  K4: { what: 'a tool was used, the model has not seen its result', at: 'after', in: [['build/knowledge/knowledge-search.service.js', 'KnowledgeSearch', 'search']] },
  K5: { what: 'the agent has decided, nothing of it is stored', at: 'after', in: [['build/agent/agent.service.js', 'AgentService', 'decide']] },
  K6: { what: 'the answer is planned, nobody has claimed it', at: 'after', in: [['build/conversation/turn-ending.service.js', 'TurnEnding', 'finish']] },
  K7: {
    what: 'the message is claimed, the request is not written',
    at: 'after',
    in: [['build/outbox/delivery.store.js', 'DeliveryStore', 'claimNext'], ['build/outbox/delivery.store.js', 'DeliveryStore', 'claim']],
    result: (next) => next !== null && ('claim' in next || 'deliveryId' in next),
  },
  K8: { what: 'Botmaker has accepted, its answer is on the way', at: 'inside', in: [['build/botmaker/sending/botmaker-sender.client.js', 'BotmakerSender', 'sendMessages']] },
  K9: { what: 'the answer (202) is read, nothing of it is stored', at: 'after', in: [['build/botmaker/sending/botmaker-sender.client.js', 'BotmakerSender', 'sendMessages']] },
  K10: { what: 'what became of the send is being stored', at: 'during', in: [['build/outbox/delivery-outcome.store.js', 'DeliveryOutcomeStore', 'record']] },
  K11: { what: 'a new pair of tokens is issued, it is not stored', at: 'before', in: [['build/botmaker/credentials/refresh.store.js', 'RefreshStore', 'store']] },
  K12: { what: 'a migration is under way', at: 'during', in: [['pg', 'Client', 'query']], args: ([text]) => typeof text === 'string' && text.includes('INSERT INTO _prisma_migrations') && text.includes('CREATE TABLE') },
};
