import { UsePipes } from '@nestjs/common';
import { checkedInput } from '../../platform/index.js';

/** A controller of this room refuses what its classes don't describe, wherever it is mounted. */
export const CheckedInput = (): ClassDecorator & MethodDecorator => UsePipes(checkedInput());
