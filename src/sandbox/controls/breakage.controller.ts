import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { SameOriginGuard } from '../same-origin.guard.js';
import { Breakage } from './breakage.service.js';
import { MishapInput, SwitchInput } from './inputs.js';

/** The menu "break it". */
@Controller('sandbox/api/breakage')
@ApiExcludeController()
@UseGuards(SameOriginGuard)
export class BreakageController {
  constructor(private readonly breakage: Breakage) {}

  /** The next call that sends messages suffers this, once. */
  @Post('next-send')
  @HttpCode(204)
  arm(@Body() { name }: MishapInput): void {
    this.breakage.arm(name);
  }

  @Post('switches')
  @HttpCode(204)
  switch(@Body() { name, on }: SwitchInput): void {
    this.breakage.switch(name, on);
  }

  @Post('repair')
  @HttpCode(204)
  repair(): void {
    this.breakage.repair();
  }
}
