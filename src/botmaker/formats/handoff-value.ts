const yes = new Set(['true', '1', 'si', 'sí', 'yes', 'sim', 'on', 'verdadero']);

/** Flow designers write "true", "1", "si"; anything else means no. */
export function isSet(value: string | undefined): boolean {
  return value !== undefined && yes.has(value.trim().toLowerCase());
}
