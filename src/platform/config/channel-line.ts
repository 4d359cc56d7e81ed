/** Whether `number` is the bare line number of a full channel id (`acme-whatsapp-5491150000001` [M]). */
export function isNumberOf(number: string, channelId: string): boolean {
  return /^\d+$/.test(number) && channelId.endsWith(`-${number}`);
}

/** A line goes by its full channel id or by its bare number; both mean it. */
export function isSameLine(one: string, other: string): boolean {
  return one === other || isNumberOf(one, other) || isNumberOf(other, one);
}
