import { describe, expect, it } from '@jest/globals';
import { sectionLength, splitSections } from './split-sections.js';

describe('splitting a knowledge file', () => {
  it('makes one section a heading, with the path to it, and leaves out headings without text', () => {
    const markdown = '# Envíos\n\nIntro.\n\n## Costo\n\n### Interior\n\nUno.\n\n## Plazos\n\nDos.\n\nTres.';
    expect(splitSections(markdown, 'Envíos')).toEqual([
      { heading: '', body: 'Intro.' },
      { heading: 'Costo › Interior', body: 'Uno.' },
      { heading: 'Plazos', body: 'Dos.\n\nTres.' },
    ]);
  });

  it('writes Markdown as it would be typed in a chat', () => {
    const markdown = [
      '**Gratis** desde `$60.000` en [la web](https://tienda.test/envios).',
      '- Uno\n- Dos\n  1. a\n  2. b',
      '| Destino | Costo |\n|---|---|\n| Ciudad | $3 |',
      '<div onclick="x()">html</div>',
      '> Ojo',
      '![mapa](mapa.png) ![talles](https://tienda.test/talles.png) ~~no~~ A &amp; B',
    ].join('\n\n');
    expect(splitSections(markdown, 'T')[0]?.body).toBe(
      'Gratis desde $60.000 en la web (https://tienda.test/envios).\n\n- Uno\n- Dos\n  1. a\n  2. b\n\n- Destino: Ciudad, Costo: $3\n\nOjo\n\nmapa talles (https://tienda.test/talles.png) no A & B',
    );
  });

  it('cuts what is too long at paragraphs, then sentences, then words, and loses nothing', () => {
    const sentence = 'Una frase de prueba que se repite. ';
    const markdown = `${sentence.repeat(20)}\n\n${sentence.repeat(90)}\n\n${'palabra '.repeat(400)}\n\n${'x'.repeat(3000)}`;
    const sections = splitSections(markdown, 'T');
    expect(Math.max(...sections.map(({ body }) => body.length))).toBeLessThanOrEqual(sectionLength);
    expect(sections[0]?.body.endsWith('repite.')).toBe(true);
    const letters = (text: string): string => text.replace(/\s+/g, '');
    expect(letters(sections.map(({ body }) => body).join(''))).toBe(letters(markdown));
  });
});
