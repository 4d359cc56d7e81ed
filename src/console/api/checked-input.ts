import { UsePipes, ValidationPipe } from '@nestjs/common';

/** Input as its class describes it, and nothing else: an unknown field is refused by name, so that a typo isn't a filter lost. */
export const CheckedInput = (): ClassDecorator & MethodDecorator =>
  UsePipes(new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true, validationError: { target: false, value: false } }));
