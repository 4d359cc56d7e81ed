export type { AgentInput, HistoryLine } from './agent-input.js';
export { AgentModule } from './agent.module.js';
export type { AgentResult, AgentStep } from './agent-result.js';
export { AgentService } from './agent.service.js';
export { Checkpoints } from './checkpoints/checkpoints.store.js';
export type { Choice, Decision, Options } from './decision.js';
export type { After, Before, Effect, Effects, Hold } from './hold.js';
export { ModelHealth } from './model.health.js';
export { Tool, type AgentTool, type ToolAnswer, type ToolContext } from './tools/agent-tool.js';
