import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { AgentService } from './agent.service.js';

/** Which model answers, and how its last decision in this process went. Nothing is asked of the provider: that costs money. */
@Injectable()
export class ModelHealth {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly agent: AgentService,
  ) {}

  isConfigured(): HealthIndicatorResult {
    const check = this.indicators.check('model');
    const { lastAnswerAt, lastFailure } = this.agent.lately;
    const data = {
      model: this.agent.modelName,
      lastAnswerAt: lastAnswerAt?.toISOString() ?? null,
      lastFailureAt: lastFailure?.at.toISOString() ?? null,
      lastFailureCode: lastFailure?.code ?? null,
    };
    const isFailing = lastFailure !== null && (lastAnswerAt === null || lastAnswerAt < lastFailure.at);
    return isFailing ? check.degraded(data) : check.up(data);
  }
}
