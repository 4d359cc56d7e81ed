/** A request that must stay what it is sent as: part of the body, or of a broken request, of another one. */
export const smuggled = 'POST /botmaker/webhook HTTP/1.1\r\nhost: agent.example\r\nx-smuggled: yes\r\ncontent-length: 2\r\n\r\n{}';

const post = (headers: string[], body: string, line = 'POST /botmaker/webhook HTTP/1.1'): string => [line, 'host: agent.example', 'auth-bm-token: TOKEN', ...headers, '', body].join('\r\n');
const length = `content-length: ${smuggled.length}`;
const chunked = 'transfer-encoding: chunked';
const chunk = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
const ended = `0\r\n\r\n${smuggled}`;

/**
 * Two readings of where a request ends: the one of a proxy in front of us, and ours. By one of them the hidden request lies
 * inside the first, by the other it stands alone. Refusing is right, and so is seeing one request; seeing two is the fault.
 */
export const smugglingCases: Record<string, string> = {
  'a length and chunks': post([`content-length: ${ended.length}`, chunked], ended),
  'chunks and a length': post([chunked, `content-length: ${ended.length}`], ended),
  'a length of chunks and more': post(['content-length: 4', chunked], `5c\r\n${smuggled}\r\n0\r\n\r\n`),
  'two lengths': post(['content-length: 0', length], smuggled),
  'two lengths, the longer first': post([length, 'content-length: 0'], smuggled),
  'the same length twice': post([length, length], smuggled),
  'two lengths in one header': post([`content-length: 0, ${smuggled.length}`], smuggled),
  'a length with a sign': post([`content-length: +${smuggled.length}`], smuggled),
  'a negative length': post([`content-length: -${smuggled.length}`], smuggled),
  'a hexadecimal length': post(['content-length: 0x0'], smuggled),
  'a length with an exponent': post(['content-length: 0e1'], smuggled),
  'a length in other digits': post(['content-length: \u00b9\u00b2'], smuggled),
  'a length with a tail': post(['content-length: 0x'], smuggled),
  'an empty length': post(['content-length:'], smuggled),
  'a length beyond numbers': post([`content-length: ${2n ** 64n}`], smuggled),
  'a length behind a NUL': post([`content-length: \0${smuggled.length}`], smuggled),
  'a length on a continued line': post(['x-folded: 1', ` content-length: ${smuggled.length}`], smuggled),
  'a length whose value is on the next line': post(['content-length:', ` ${smuggled.length}`], smuggled),
  'a space before the colon of the length': post([`content-length : ${smuggled.length}`], smuggled),
  'an unknown coding and a length': post(['transfer-encoding: xchunked', length], smuggled),
  'chunks that are not the last coding': post(['transfer-encoding: chunked, identity', length], smuggled),
  'chunks as the last of two codings, and a length': post(['transfer-encoding: gzip, chunked', 'content-length: 5'], ended),
  'chunks in quotes': post(['transfer-encoding: "chunked"', length], smuggled),
  'two codings in two headers': post([chunked, 'transfer-encoding: identity', length], ended),
  'a vertical tab before the coding': post(['transfer-encoding: \x0bchunked', length], smuggled),
  'a space before the colon of the coding': post(['transfer-encoding : chunked', length], smuggled),
  'the coding on a continued line': post(['transfer-encoding:', ' chunked', length], smuggled),
  'a line feed alone before the coding': post([`x: 1\n${chunked}`, length], smuggled),
  'a carriage return alone before the coding': post([`x: 1\r${chunked}`, length], smuggled),
  'lines that end with line feeds': post([length], smuggled).replaceAll('\r\n', '\n'),
  'a chunk size with 0x': post([chunked], `0x${chunk}`),
  'a chunk size with a sign': post([chunked], `+${chunk}`),
  'a space before a chunk size': post([chunked], ` ${chunk}`),
  'a chunk size that overflows': post([chunked], `ffffffffffffffff${chunk}`),
  'a chunk that is longer than it says': post([chunked], `2\r\n{}${smuggled}\r\n0\r\n\r\n`),
  'a line feed alone after a chunk size': post([chunked], chunk.replace('\r\n', '\n')),
  'a line feed in a chunk extension': post([chunked], `2;\nxx\r\n4c\r\n0\r\n\r\n${smuggled}`),
  'a request in the trailers': post([chunked], `0\r\n${smuggled}`),
  'a length in the trailers': post([chunked], `2\r\n{}\r\n0\r\ncontent-length: ${smuggled.length}\r\n\r\n`),
  'a body of GET': post([length], smuggled, 'GET /botmaker/webhook HTTP/1.1'),
  'a body of HEAD': post([length], smuggled, 'HEAD /botmaker/webhook HTTP/1.1'),
  'chunks in HTTP/1.0': post([chunked], chunk, 'POST /botmaker/webhook HTTP/1.0'),
  'a version of tomorrow': post([length], smuggled, 'POST /botmaker/webhook HTTP/1.9'),
  'no version': `GET /botmaker/webhook\r\n${smuggled}`,
  'the preface of HTTP/2': `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${smuggled}`,
  'a tunnel': `CONNECT agent.example:443 HTTP/1.1\r\nhost: agent.example\r\n\r\n${smuggled}`,
  'an upgrade to HTTP/2': post(['connection: upgrade, http2-settings', 'upgrade: h2c', 'http2-settings: AAMAAABk', length], smuggled),
  'a colon and no name': post([': x', length], smuggled),
  'a name with a space': post(['x y: z', length], smuggled),
  'a line break in the target': post([length], smuggled, 'POST /botmaker/webhook\r\nx: y HTTP/1.1'),
  'a request in the target': post([length], smuggled, 'POST /botmaker/webhook HTTP/1.1 HTTP/1.1'),
};
