import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { KnowledgeModule } from '../knowledge/index.js';
import { AgentService } from './agent.service.js';
import { Checkpoints } from './checkpoints/checkpoints.store.js';
import { ModelHealth } from './model.health.js';
import { agentToolsProvider } from './tools/agent-tools.js';
import { SearchKnowledgeTool } from './tools/search-knowledge.tool.js';

/** Decides what to say. Proposes only: nothing in this room can reach a customer. Its tools stand in the second line. */
@Module({
  imports: [KnowledgeModule, TerminusModule, DiscoveryModule],
  providers: [
    SearchKnowledgeTool,
    AgentService, agentToolsProvider, Checkpoints, ModelHealth,
  ],
  exports: [AgentService, Checkpoints, ModelHealth],
})
export class AgentModule {}
