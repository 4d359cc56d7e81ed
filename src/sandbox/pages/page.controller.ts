import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AppError } from '../../platform/index.js';
import { PageFiles } from './page-files.service.js';

/** The page and the few files it is made of. */
@Controller('sandbox')
@ApiExcludeController()
export class PageController {
  constructor(private readonly files: PageFiles) {}

  @Get()
  page(@Res() reply: FastifyReply): void {
    this.send('sandbox.html', reply);
  }

  @Get('assets/:name')
  asset(@Param('name') name: string, @Res() reply: FastifyReply): void {
    this.send(name, reply);
  }

  private send(name: string, reply: FastifyReply): void {
    const file = this.files.find(name);
    if (!file) throw new AppError('not-found', 'sandbox.no-such-file', 'there is no such file');
    void reply.type(file.type).send(file.content);
  }
}
