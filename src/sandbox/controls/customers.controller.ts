import { Body, Controller, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SameOriginGuard } from '../same-origin.guard.js';
import { SandboxCustomers } from './customers.service.js';
import { NewCustomerInput, TapInput, TextInput } from './inputs.js';

/** What one does with a customer's phone in hand. */
@Controller('sandbox/api/customers')
@ApiExcludeController()
@UseGuards(SameOriginGuard)
export class CustomersController {
  constructor(private readonly customers: SandboxCustomers) {}

  @Post()
  add(@Body() { line }: NewCustomerInput): { key: string } {
    return { key: this.customers.add(line).key };
  }

  @Post(':key/messages')
  write(@Param('key') key: string, @Body() { text }: TextInput): { chatId: string } {
    return { chatId: this.customers.write(key, text) };
  }

  @Post(':key/taps')
  tap(@Param('key') key: string, @Body() { option }: TapInput): { chatId: string } {
    return { chatId: this.customers.tap(key, option) };
  }

  @Post(':key/restart')
  @HttpCode(204)
  restart(@Param('key') key: string): void {
    this.customers.restart(key);
  }
}
