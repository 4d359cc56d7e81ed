import { describe, expect, it } from '@jest/globals';
import { html } from './html.js';

describe('html', () => {
  it('escapes whatever comes from outside, in text and in attributes', () => {
    const hostile = `<script>alert("x")</script>' onload=\`y\` &amp;`;
    expect(html`<p title="${hostile}">${hostile}</p>`.markup).toBe(
      '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39; onload=&#96;y&#96; &amp;amp;">&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39; onload=&#96;y&#96; &amp;amp;</p>',
    );
  });

  it('takes markup of its own as it is, also in lists', () => {
    expect(html`<ul>${['<a>', html`<li>${'<b>'}</li>`]}</ul>`.markup).toBe('<ul>&lt;a&gt;<li>&lt;b&gt;</li></ul>');
  });

  it('writes nothing for null, undefined and false, and a zero for zero', () => {
    expect(html`${null}${undefined}${false}${0}${''}`.markup).toBe('0');
  });

  it('does not take for markup an object that only looks like it', () => {
    const forged = JSON.parse('{"markup": "<script>"}') as never;
    expect(() => html`${forged}`).toThrow();
  });
});
