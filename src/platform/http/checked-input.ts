import { ValidationPipe } from '@nestjs/common';
import * as transformerPackage from 'class-transformer';
import * as validatorPackage from 'class-validator';

/**
 * Input as its class describes it, and nothing else: an unknown field is refused by name, so that a typo isn't a filter lost. The
 * packages are given: by its name alone, Nest would look them up while it runs, where what is joined in one file can't be found.
 */
export const checkedInput = (): ValidationPipe =>
  new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true, validationError: { target: false, value: false }, transformerPackage, validatorPackage });
