export type { AgentInput, HistoryLine } from './agent-input.js';
export { AgentModule } from './agent.module.js';
export type { AgentResult, AgentStep } from './agent-result.js';
export { AgentService } from './agent.service.js';
export { ModelHealth } from './model.health.js';
export type { Decision } from './decision.js';
