import { Global, Module } from '@nestjs/common';
import { CorrelationLog } from './correlation-log.service.js';

@Global()
@Module({ providers: [CorrelationLog], exports: [CorrelationLog] })
export class CorrelationModule {}
