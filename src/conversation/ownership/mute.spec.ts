import { describe, expect, it } from '@jest/globals';
import type { ChatProof } from '../../botmaker/index.js';
import { isMuteDue } from './mute.js';

const remuteAfterMs = 25 * 60_000;
const proof = (isBotMuted: boolean | null, ageMs = 1000): ChatProof => ({ ageMs, isKnown: true, agentId: null, queueId: null, isBotMuted, isHandedOver: true, windowClosesAt: null });
const due = (seen: ChatProof | null, mutedForMs: number): boolean => isMuteDue({ proof: seen, mutedForMs }, remuteAfterMs);

describe('the mute of Botmaker’s bot', () => {
  it('is renewed when it is about to end, seen or not', () => {
    expect([due(null, remuteAfterMs - 1), due(null, remuteAfterMs + 1), due(proof(true), remuteAfterMs + 1)]).toEqual([false, true, true]);
  });

  it('is renewed when a look shows that the bot speaks', () => expect(due(proof(false), 60_000)).toBe(true));

  it('is not asked for again because of a look from before we asked for it', () => expect(due(proof(false, 5000), 3000)).toBe(false));

  it('is left alone while the bot is silent, or nobody says', () => expect([due(proof(true), 60_000), due(proof(null), 60_000), due(null, 60_000)]).toEqual([false, false, false]));
});
