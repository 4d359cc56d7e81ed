import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { lateWarning, mergedEnds } from './channel-ends.js';
import { isSameLine } from './channel-line.js';
import { layer, type ChannelLayer } from './channel-rules.js';

/** The file of the channels, as it was written. */
export interface ChannelsFile {
  defaults: ChannelLayer;
  channels: ({ id: string } & ChannelLayer)[];
}

export const noChannels: ChannelsFile = { defaults: {}, channels: [] };

const id = z.string('must be a channel id or a line number, in quotes').trim().min(1, 'must not be empty');
const schema = z.strictObject({ defaults: layer.optional(), channels: z.array(layer.extend({ id }), 'must be a list').optional() }, 'must hold "defaults" and "channels"');

const longestShown = 60;

/**
 * Reads the file of the channels. Every problem is named at once and begins with the path of its field
 * (`channels[2].timeZone`). `base`: the environment's wait and cap, for what the file does not say.
 */
export function readChannels(text: string, base: { ms: number; capMs: number }): { file: ChannelsFile; problems: string[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines });
  const broken = document.errors.map(({ code, pos }) => `is not valid YAML (line ${lines.linePos(pos[0]).line}: ${code})`);
  if (broken.length > 0) return { file: noChannels, problems: broken };
  const given: unknown = document.toJS() ?? {};
  const read = schema.safeParse(given);
  if (!read.success) return { file: noChannels, problems: read.error.issues.flatMap((issue) => problemsOf(issue, given)) };
  const { defaults = {}, channels = [] } = given as Partial<ChannelsFile>;
  const file = { defaults, channels };
  return { file, problems: [...sameLines(file), ...shortCaps(file, base), ...lateWarnings(file)] };
}

function problemsOf(issue: z.core.$ZodIssue, given: unknown): string[] {
  const path = pathOf(issue.path);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${pathOf([...issue.path, key])}: is no field that we know`);
  const value = issue.path.reduce<unknown>((inside, key) => (inside as Record<PropertyKey, unknown> | undefined)?.[key], given);
  const shown = value === undefined ? 'is missing: it' : JSON.stringify(value).slice(0, longestShown);
  return [`${path ? `${path}: ` : ''}${shown} ${issue.message}`];
}

function pathOf(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}${path ? '.' : ''}${String(key)}`), '');
}

function sameLines({ channels }: ChannelsFile): string[] {
  return channels.flatMap(({ id: one }, index) => {
    const first = channels.findIndex(({ id: other }) => isSameLine(one, other));
    return first < index ? [`channels[${index}].id: "${one}" is the line of channels[${first}]`] : [];
  });
}

/** Each place of the file with the layers that hold there, its own the last. */
const placesIn = ({ defaults, channels }: ChannelsFile): { path: string; layers: ChannelLayer[] }[] => [
  { path: 'defaults', layers: [defaults] },
  ...channels.map((channel, index) => ({ path: `channels[${index}]`, layers: [defaults, channel] })),
];

/** The cap must leave room for the usual wait, as in the environment. */
function shortCaps(file: ChannelsFile, base: { ms: number; capMs: number }): string[] {
  return placesIn(file).flatMap(({ path, layers }) => {
    const { ms, capMs }: { ms: number; capMs: number } = Object.assign({ ...base }, ...layers.map(({ debounce }) => debounce));
    return layers.at(-1)?.debounce && capMs < ms ? [`${path}.debounce: its capMs, ${capMs}, must not be shorter than its ms, ${ms}`] : [];
  });
}

function lateWarnings(file: ChannelsFile): string[] {
  return placesIn(file).flatMap(({ path, layers }) => {
    const problem = layers.at(-1)?.ends?.inactivity ? lateWarning(mergedEnds(layers.map(({ ends }) => ends))) : null;
    return problem === null ? [] : [`${path}.ends.inactivity: ${problem}`];
  });
}
