import { describe, expect, it } from '@jest/globals';
import { findingWords, found, type FindingCode } from './finding.js';
import { renderReport, reportOf } from './report.js';
import { languages } from './words/entry.js';

const at = new Date('2026-03-02T12:00:00Z');
const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort();

describe('the words of every finding', () => {
  it.each(Object.keys(findingWords) as FindingCode[])('say what is wrong and what to do in three languages, about the same things: %s', (code) => {
    const entry = findingWords[code];
    for (const language of languages) {
      const [what, fix] = entry[language];
      expect([what.length > 10, fix.length > 4]).toEqual([true, true]);
      expect([names(what), names(fix)]).toEqual([names(entry.es[0]), names(entry.es[1])]);
    }
  });
});

describe('a report', () => {
  it('ends with 0 when there is nothing but notes and warnings, with 1 for a problem, with 2 when something could not be seen', () => {
    const exitCode = (...codes: FindingCode[]): number => reportOf({ findings: codes.map((code) => found(code)), unseen: [] }, at, 'es').exitCode;
    expect(exitCode()).toBe(0);
    expect(exitCode('model-offline', 'refresh-unset', 'rule-unread')).toBe(0);
    expect(exitCode('botmaker-unseen')).toBe(2);
    expect(exitCode('botmaker-unseen', 'webhook-off')).toBe(1);
  });

  it('says of each finding what to do and who must do it, topic by topic', () => {
    const text = renderReport(reportOf({ findings: [found('intent-off', { name: 'VOLVER', setting: 'RETURN_INTENT' }), found('webhook-off')], unseen: ['template'] }, at, 'es'), 'es');
    expect(text.split('\n').filter((line) => line.trim() !== '')).toEqual([
      '✓ Configuración',
      '✓ API de Botmaker',
      '✓ Token de la API',
      '✗ Webhook',
      '    ✗ El webhook está desactivado: Botmaker no avisa nada.  [webhook-off]',
      '        Qué hacer: Encenderlo en Integraciones → Webhooks.',
      '        Quién: equipo de Botmaker (superadmin)',
      '✓ Reglas de redirección',
      '✓ Líneas',
      '✗ Intenciones',
      '    ✗ La intención «VOLVER» de RETURN_INTENT está desactivada.  [intent-off]',
      '        Qué hacer: Activarla en el flujo.',
      '        Quién: equipo de flujos',
      '? Plantilla fuera de las 24 horas',
      '✓ Base de datos',
      '✓ Relojes',
      '✓ Modelo',
      '✓ Esta máquina',
      '  equipo de Botmaker (superadmin): webhook-off',
      '  equipo de flujos: intent-off',
      '2 problema(s)',
    ]);
  });

  it('speaks Portuguese and English as well', () => {
    const said = languages.map((language) => renderReport(reportOf({ findings: [found('webhook-off')], unseen: [] }, at, language), language));
    expect(said.map((text) => /Quién|Quem|Who/.exec(text)?.[0])).toEqual(['Quién', 'Quem', 'Who']);
  });
});
