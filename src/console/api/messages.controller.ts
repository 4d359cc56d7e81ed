import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiAcceptedResponse, ApiDefaultResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsUUID, Matches, MinLength } from 'class-validator';
import { Redrive } from '../../outbox/index.js';
import type { CallerRequest } from '../access/access.js';
import { RequiresRole } from '../access/api-key.guard.js';
import { CheckedInput } from './checked-input.js';
import { IsPlainText } from './query-rules.js';
import { ErrorBody, RedrivenMessageView } from './responses.js';

/** The body of `POST /messages/{id}/redrive`. */
export class RedriveBody {
  @ApiProperty({ example: 'No le llegó: lo confirmó por teléfono', maxLength: 200, description: 'Why. It stays in the log for good: no names, no phone numbers' })
  @MinLength(1)
  @IsPlainText(200)
  @Matches(/^(?!.*\d[\d .-]{5,}\d)/, { message: 'reason must not hold a phone number: it stays in the log for good' })
  reason!: string;
}

class MessageParams {
  @IsUUID('all', { message: 'id must be a UUID' })
  id!: string;
}

@ApiTags('Messages')
@ApiDefaultResponse({ type: ErrorBody })
@Controller('api/v1/messages')
@RequiresRole('operator')
@CheckedInput()
export class MessagesController {
  constructor(private readonly outbox: Redrive) {}

  @Post(':id/redrive')
  @HttpCode(202)
  @ApiOperation({ summary: 'Sends a message again that is unknown, dead or expired: a person knows that the customer does not have it' })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiAcceptedResponse({ type: RedrivenMessageView })
  redrive(@Param() { id }: MessageParams, @Body() { reason }: RedriveBody, @Req() { caller }: CallerRequest): Promise<RedrivenMessageView> {
    return this.outbox.redrive(id, caller?.name ?? 'nobody', reason);
  }
}
