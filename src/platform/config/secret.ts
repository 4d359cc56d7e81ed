import { inspect } from 'node:util';

/**
 * A value that must not leave the program by accident: printing, serialising or interpolating it gives `[secret]`.
 * `reveal()` is the only way out, so that `grep reveal` lists every place where a secret is used.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
