import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { AgentTool } from './agent-tool.js';
import { checkedTools } from './agent-tools.js';

const tool = (name: string): AgentTool => ({ name, description: 'x', schema: z.object({}), hasEffect: false, run: async () => ({ text: '' }) });

describe('the tools of the agent', () => {
  it('are taken as they are when the model can tell them apart', () => {
    expect(checkedTools([tool('order_status'), tool('cancel_order')])).toHaveLength(2);
  });

  it.each([[['a', 'a']], [['reply']], [['hand_to_human']], [['Order']], [['order status']], [['']]])('stop the boot when they are called %j', (names) => {
    expect(() => checkedTools(names.map(tool))).toThrow();
  });
});
