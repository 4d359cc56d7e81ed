import { DiscoveryService } from '@nestjs/core';
import type { FactoryProvider } from '@nestjs/common';
import { Tool, type AgentTool } from './agent-tool.js';
import { decisionTools } from './decision.tool.js';

/** Injection token of the tools. A function, because a tool may be made after who asks for it: call it once all are there. */
export const AgentTools = Symbol('AgentTools');
export type AgentTools = () => readonly AgentTool[];

export const agentToolsProvider: FactoryProvider<AgentTools> = {
  provide: AgentTools,
  inject: [DiscoveryService],
  useFactory: (discovery: DiscoveryService) => () => checkedTools(discovery.getProviders({ metadataKey: Tool.KEY }).map(({ instance }) => instance as AgentTool)),
};

/** The tools, when the model can tell them apart. Throws otherwise, which stops the boot. */
export function checkedTools(tools: readonly AgentTool[]): readonly AgentTool[] {
  const taken = new Set<string>(decisionTools.map(({ name }) => name));
  for (const { name } of tools) {
    if (!/^[a-z][a-z0-9_]{0,63}$/.test(name)) throw new Error(`"${name}" can't be the name of a tool: lower case, digits and _`);
    if (taken.has(name)) throw new Error(`two tools are called "${name}": rename one`);
    taken.add(name);
  }
  return tools;
}
