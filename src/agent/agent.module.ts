import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { KnowledgeModule } from '../knowledge/index.js';
import { AgentService } from './agent.service.js';
import { ModelHealth } from './model.health.js';

/** Decides what to say. Proposes only: nothing in this room can reach a customer. */
@Module({ imports: [KnowledgeModule, TerminusModule], providers: [AgentService, ModelHealth], exports: [AgentService, ModelHealth] })
export class AgentModule {}
