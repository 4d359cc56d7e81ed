import { isIP } from 'node:net';
import { ValidateBy, type ValidationOptions } from 'class-validator';

/** `10.0.0.0/8`, `2001:db8::/32` or a single address. */
export function isAddressRange(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  const [address = '', prefix, ...rest] = value.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}

/** Accepts one CIDR range or address. */
export function IsAddressRange(options?: ValidationOptions): PropertyDecorator {
  return rule('isAddressRange', isAddressRange, '$property must hold IP addresses or CIDR ranges', options);
}

/** Accepts a number of hops (`1`) or a comma-separated list of CIDR ranges; `true` would trust anybody and is refused. */
export function IsHopsOrRanges(options?: ValidationOptions): PropertyDecorator {
  const accepts = (value: unknown): boolean =>
    typeof value === 'string' && (/^\d$/.test(value) || value.split(',').every((part) => isAddressRange(part.trim())));
  return rule('isHopsOrRanges', accepts, '$property must be a number of hops from 0 to 9 or a list of CIDR ranges', options);
}

/** Accepts `provider:model`. */
export function IsModelName(options?: ValidationOptions): PropertyDecorator {
  const accepts = (value: unknown): boolean => typeof value === 'string' && /^[a-z0-9_-]+:\S+$/.test(value);
  return rule('isModelName', accepts, '$property must look like provider:model, for example openai:gpt-5-mini', options);
}

/** Accepts base64 of exactly 32 bytes. */
export function IsKeyOf32Bytes(options?: ValidationOptions): PropertyDecorator {
  const accepts = (value: unknown): boolean => typeof value === 'string' && Buffer.from(value, 'base64').length === 32;
  return rule('isKeyOf32Bytes', accepts, '$property must be 32 bytes in base64 (openssl rand -base64 32)', options);
}

function rule(name: string, validate: (value: unknown) => boolean, message: string, options?: ValidationOptions): PropertyDecorator {
  return ValidateBy({ name, validator: { validate, defaultMessage: () => message } }, options);
}
