import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsUUID, Max, Min, ValidateBy } from 'class-validator';

/*
 * The rules that the queries of the API share. A parameter that is there but empty counts as absent: that is what a form
 * sends for a field left blank. A parameter given twice is an array, which no rule accepts.
 */

const blankIsAbsent = (): PropertyDecorator => Transform(({ value }: { value: unknown }) => (typeof value === 'string' && value.trim() === '' ? undefined : value));

const unprintable = /[\p{Cc}\p{Surrogate}]/u;
const isText = (value: unknown, max: number): boolean => typeof value === 'string' && value.length <= max && !unprintable.test(value);

/** Text that can be searched for and stored: no control characters, no broken halves of a character. */
export function IsPlainText(max: number): PropertyDecorator {
  return ValidateBy({
    name: 'isPlainText',
    validator: { validate: (value) => isText(value, max), defaultMessage: (args) => `${args?.property ?? ''} must be one text of at most ${max} characters, without control characters` },
  });
}

export const OptionalText = (max = 200): PropertyDecorator => applyDecorators(blankIsAbsent(), IsOptional(), IsPlainText(max)) as PropertyDecorator;

const moment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?$/;
const earliest = Date.UTC(1970, 0, 1);

/** An ISO date or date-time with its zone becomes a Date; anything else stays what it was, and fails the rule. */
function toDate({ value }: { value: unknown }): unknown {
  if (typeof value !== 'string' || !moment.test(value)) return value;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? value : date;
}

/** A date (midnight UTC) or a date-time with its zone. */
export function OptionalMoment(): PropertyDecorator {
  return applyDecorators(
    Transform(toDate),
    blankIsAbsent(),
    IsOptional(),
    ValidateBy({
      name: 'isMoment',
      validator: {
        validate: (value) => value instanceof Date && value.getTime() >= earliest,
        defaultMessage: (args) => `${args?.property ?? ''} must be a date (2026-03-01) or a date-time with its zone (2026-03-01T09:30:00-03:00)`,
      },
    }),
  ) as PropertyDecorator;
}

/** How many items a page holds, from 1 to 500. */
export const PageLimit = (whenAbsent: number): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === '' ? whenAbsent : typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value)),
    IsInt(),
    Min(1),
    Max(500),
  ) as PropertyDecorator;

export const OptionalRunId = (): PropertyDecorator => applyDecorators(blankIsAbsent(), IsOptional(), IsUUID('all', { message: 'runId must be a UUID' })) as PropertyDecorator;
