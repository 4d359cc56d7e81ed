import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readChannels } from './read-channels.js';

const base = { ms: 1500, capMs: 6000 };
const problemsOf = (yaml: string): string[] => readChannels(yaml, base).problems;

describe('the file of the channels', () => {
  it('may be empty, and then says nothing', () => {
    for (const yaml of ['', '# nothing yet', 'channels: []', 'defaults: {}']) expect(readChannels(yaml, base)).toMatchObject({ problems: [] });
  });

  it('is read as it is written', () => {
    const { file, problems } = readChannels('defaults:\n  language: pt\nchannels:\n  - id: acme-whatsapp-549\n    returnIntent: null\n    hours:\n      - { days: [mon, fri], from: 09:00, to: "18:30" }\n', base);
    expect(problems).toEqual([]);
    expect(file).toEqual({ defaults: { language: 'pt' }, channels: [{ id: 'acme-whatsapp-549', returnIntent: null, hours: [{ days: ['mon', 'fri'], from: '09:00', to: '18:30' }] }] });
  });

  it('is right as the example has it', () => {
    const example = fileURLToPath(new URL('../../../config/channels.example.yaml', import.meta.url));
    expect(problemsOf(readFileSync(example, 'utf8'))).toEqual([]);
  });

  it.each([
    ['a language', 'channels:\n  - { id: a, language: fr }', ['channels[0].language: "fr" must be one of es, pt, en']],
    ['a time zone', 'defaults: { timeZone: Buenos Aires }', ['defaults.timeZone: "Buenos Aires" must be a time zone by its IANA name, such as America/Bogota']],
    ['a time zone by its offset', 'defaults: { timeZone: "-03:00" }', ['defaults.timeZone: "-03:00" must be a time zone by its IANA name, such as America/Bogota']],
    ['a policy', 'defaults: { doubleTexting: drop }', ['defaults.doubleTexting: "drop" must be merge, enqueue, interrupt or reject']],
    ['an empty text', 'defaults: { fallbackText: " " }', ['defaults.fallbackText: " " must not be empty']],
    ['a wait', 'defaults: { debounce: { questionMs: soon, fragmentMs: -1 } }', ['defaults.debounce.questionMs: "soon" must be a whole number of milliseconds', 'defaults.debounce.fragmentMs: -1 must not be negative']],
    ['a time of day', 'defaults: { quietHours: { from: "9", to: "25:00" } }', ['defaults.quietHours.from: "9" must be a time from "00:00" to "24:00"', 'defaults.quietHours.to: "25:00" must be a time from "00:00" to "24:00"']],
    ['a day', 'defaults: { hours: [{ days: [lunes], from: "09:00", to: "18:00" }] }', ['defaults.hours[0].days[0]: "lunes" must be one of mon, tue, wed, thu, fri, sat, sun']],
    ['hours that end before they begin', 'defaults: { hours: [{ days: [mon], from: "18:00", to: "09:00" }] }', [expect.stringMatching(/^defaults\.hours\[0\]: .* must end after it begins/)]],
    ['templates', 'defaults: { templates: uno }', ['defaults.templates: "uno" must be a list of names']],
    ['a field that does not exist', 'channels:\n  - { id: a, timezone: UTC }', ['channels[0].timezone: is no field that we know']],
    ['a field at the top', 'channel: []', ['channel: is no field that we know']],
    ['a channel without an id', 'channels:\n  - { name: Ventas }', ['channels[0].id: is missing: it must be a channel id or a line number, in quotes']],
    ['a number without quotes', 'channels:\n  - { id: 5491150000001 }', ['channels[0].id: 5491150000001 must be a channel id or a line number, in quotes']],
    ['the same line twice', 'channels:\n  - { id: acme-whatsapp-549 }\n  - { id: "549" }', ['channels[1].id: "549" is the line of channels[0]']],
    ['a cap that is shorter than the wait', 'channels:\n  - { id: a, debounce: { capMs: 1000 } }', ['channels[0].debounce: its capMs, 1000, must not be shorter than its ms, 1500']],
    ['a cap of replies', 'defaults: { ends: { replyCap: -1 } }', ['defaults.ends.replyCap: -1 must not be negative']],
    ['an end', 'channels:\n  - { id: a, ends: { goodbyeText: Chau } }', ['channels[0].ends.goodbyeText: is no field that we know']],
    ['a silence', 'defaults: { ends: { inactivity: { returnAfterMs: 86400001 } } }', ['defaults.ends.inactivity.returnAfterMs: 86400001 must be at most 86400000']],
    ['a warning that comes too late', 'channels:\n  - { id: a, ends: { inactivity: { warnAfterMs: 1800000 } } }', ['channels[0].ends.inactivity: its warnAfterMs, 1800000, must be shorter than its returnAfterMs, 1800000']],
    ['a list instead of groups', '- uno', [expect.stringMatching(/must hold "defaults" and "channels"/)]],
  ])('names %s that is wrong', (_what, yaml, problems) => {
    expect(problemsOf(yaml)).toEqual(problems);
  });

  it('names everything that is wrong at once, each by its path', () => {
    const problems = problemsOf('defaults: { language: xx }\nchannels:\n  - { id: a, timeZone: Mars/Base }\n  - { id: b, debouce: {} }\n  - { doubleTexting: 7 }\n');
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['defaults.language', 'channels[0].timeZone', 'channels[1].debouce', 'channels[2].doubleTexting', 'channels[2].id']);
  });

  it('that is no YAML says in which line', () => {
    expect(problemsOf('defaults:\n  language: es\n language: pt\n')).toEqual([expect.stringMatching(/^is not valid YAML \(line 3: [A-Z_]+\)$/)]);
    expect(problemsOf('channels: []\nchannels: []\n')).toEqual(['is not valid YAML (line 2: DUPLICATE_KEY)']);
  });
});
