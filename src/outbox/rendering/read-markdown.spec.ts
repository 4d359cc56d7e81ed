import { describe, expect, it } from '@jest/globals';
import { channelOf } from './channel.js';
import { textsOf } from './render-text.js';

const [whatsapp, instagram] = [channelOf('whatsapp'), channelOf('instagram')];
const shown = (markdown: string): [string, string] => [textsOf(markdown, whatsapp).join('\n--\n'), textsOf(markdown, instagram).join('\n--\n')];

describe('Markdown on WhatsApp, and where nothing is marked', () => {
  it.each<[string, string, string, string]>([
    ['bold, italics and strikes', '**Gratis** y _rápido_, ~~no~~', '*Gratis* y _rápido_, ~no~', 'Gratis y rápido, no'],
    ['marks inside each other', '**muy _muy_ bueno**', '*muy* *_muy_* *bueno*', 'muy muy bueno'],
    ['code', 'Usá `HOLA10`', 'Usá ```HOLA10```', 'Usá HOLA10'],
    ['a block of code', '```\nuno\ndos\n```', '```uno```\n```dos```', 'uno\ndos'],
    ['a heading', '## Envíos\n\nA todo el país.', '*Envíos*\n\nA todo el país.', 'Envíos\n\nA todo el país.'],
    ['a heading that is bold already', '# **Envíos** hoy', '*Envíos hoy*', 'Envíos hoy'],
    ['a list', '- **uno**\n- dos', '• *uno*\n• dos', '• uno\n• dos'],
    ['a numbered list, from where it begins', '3. tres\n4. cuatro', '3. tres\n4. cuatro', '3. tres\n4. cuatro'],
    ['lists inside each other', '- uno\n  - a\n  - b\n- dos\n\nfin', '• uno\n  • a\n  • b\n• dos\n\nfin', '• uno\n  • a\n  • b\n• dos\n\nfin'],
    ['a list of things to do', '- [x] hecho\n- [ ] falta', '• ☑ hecho\n• ☐ falta', '• ☑ hecho\n• ☐ falta'],
    ['a link', '[la web](https://t.test/a_b)', 'la web (https://t.test/a_b)', 'la web (https://t.test/a_b)'],
    ['a link that is its own text', 'https://t.test/a?b=1&c=2 y <https://t.test/z>', 'https://t.test/a?b=1&c=2 y https://t.test/z', 'https://t.test/a?b=1&c=2 y https://t.test/z'],
    ['a mail address', '[ventas@t.test](mailto:ventas@t.test) o [escribinos](mailto:v@t.test)', 'ventas@t.test o escribinos (v@t.test)', 'ventas@t.test o escribinos (v@t.test)'],
    ['a link that a phone may not follow', '[tocá](javascript:alert(1))', 'tocá', 'tocá'],
    ['a picture', '![plano](https://t.test/p.png)', 'plano (https://t.test/p.png)', 'plano (https://t.test/p.png)'],
    ['a table', '| Destino | Costo |\n|---|---|\n| **Ciudad** | $3 |\n| Resto | $5 |', '• Destino: *Ciudad*, Costo: $3\n• Destino: Resto, Costo: $5', '• Destino: Ciudad, Costo: $3\n• Destino: Resto, Costo: $5'],
    ['a quote', '> Ojo\n> acá', 'Ojo\nacá', 'Ojo\nacá'],
    ['HTML', '<div onclick="x()">Hola <b>Ana</b></div>\n\n<script>malo()</script>\n\nfin<br>', 'Hola Ana\n\nfin', 'Hola Ana\n\nfin'],
    ['entities', 'A &amp; B &lt;3', 'A & B <3', 'A & B <3'],
    ['signs that are only signs', '---', '---', '---'],
    ['emoji, accents and lines', '¡Hola! 👩‍👩‍👧 ¿qué\ntal? ñandú', '¡Hola! 👩‍👩‍👧 ¿qué\ntal? ñandú', '¡Hola! 👩‍👩‍👧 ¿qué\ntal? ñandú'],
  ])('%s', (_what, markdown, marked, plain) => expect(shown(markdown)).toEqual([marked, plain]));

  it.each([
    ['a mark inside a word', '**Env**íos', 'Envíos'],
    ['a mark around nothing', '**** y ** **', '**** y ** **'],
    ['one that was never closed', '**Gratis desde hoy', 'Gratis desde hoy'],
    ['one that was never opened', 'Gratis** desde hoy', 'Gratis desde hoy'],
    ['a sum', '5 * 3 * 2 = 30 y 2**3', '5 * 3 * 2 = 30 y 2**3'],
    ['a name with underscores', 'archivo_de_prueba_1', 'archivo_de_prueba_1'],
    ['"about"', '~10 a ~20 días', '~10 a ~20 días'],
    ['what is masked', 'tarjeta ****1234', 'tarjeta ****1234'],
    ['a comparison', '5 < 6 y 7 > 3, i <3 u', '5 < 6 y 7 > 3, i <3 u'],
    ['a sign that is also text on its line', '**Total**: 5 * 3', 'Total: 5 * 3'],
    ['a hashtag', '#oferta de hoy', '#oferta de hoy'],
  ])('%s is marked nowhere', (_what, markdown, text) => expect(shown(markdown)).toEqual([text, text]));

  it('marks each line for itself: no mark reaches over the end of one', () => {
    expect(shown('**uno\ndos**')[0]).toBe('*uno*\n*dos*');
  });
});
