import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiDefaultResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsUUID, MinLength } from 'class-validator';
import { RequiresRole } from '../access/api-key.guard.js';
import { ApiKeys } from '../access/api-keys.service.js';
import { keyRoles, type KeyRole } from '../access/key-role.js';
import { CheckedInput } from './checked-input.js';
import { IsPlainText } from './query-rules.js';
import { ApiKeyList, ErrorBody, NewApiKeyView } from './responses.js';

/** The body of `POST /api-keys`. */
export class NewApiKeyBody {
  @ApiProperty({ example: 'Tablero de ventas', maxLength: 80, description: 'Who or what will use the key' })
  @MinLength(1)
  @IsPlainText(80)
  name!: string;

  @ApiProperty({ enum: keyRoles })
  @IsIn(keyRoles, { message: `role must be one of ${keyRoles.join(', ')}` })
  role!: KeyRole;
}

class ApiKeyParams {
  @IsUUID('all', { message: 'id must be a UUID' })
  id!: string;
}

@ApiTags('API keys')
@ApiDefaultResponse({ type: ErrorBody })
@Controller('api/v1/api-keys')
@RequiresRole('admin')
@CheckedInput()
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Post()
  @ApiOperation({ summary: 'A new key, shown this once' })
  @ApiCreatedResponse({ type: NewApiKeyView })
  create(@Body() { name, role }: NewApiKeyBody): Promise<NewApiKeyView> {
    return this.keys.create(name, role);
  }

  @Get()
  @ApiOperation({ summary: 'All keys, newest first, without the keys themselves' })
  @ApiOkResponse({ type: ApiKeyList })
  async list(): Promise<ApiKeyList> {
    return { items: await this.keys.list() };
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revokes a key at once, and the browser sessions it opened' })
  @ApiNoContentResponse()
  async revoke(@Param() { id }: ApiKeyParams): Promise<void> {
    await this.keys.revoke(id);
  }
}
