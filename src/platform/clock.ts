import { Injectable } from '@nestjs/common';

/** The process's wall clock. Leases and states use the database's clock instead, which all replicas share. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
