import type { Random } from '../random.ts'

/** What of JSON Schema the document uses. */
export type Schema = {
  type?: string
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  items?: Schema
  format?: string
  minimum?: number
  maximum?: number
}

export const hostileStrings: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'null',
  'undefined',
  'true',
  'NaN',
  '-1',
  '0',
  '1e309',
  '9'.repeat(400),
  '../../../etc/passwd',
  '..\\..\\x',
  '%00',
  '%2e%2e%2f',
  '/',
  '\\',
  '.',
  '..',
  "' or 1=1 --",
  "'; drop table file; --",
  '" or ""="',
  '$1',
  '$$',
  '\\x41',
  "E'\\'",
  '%',
  '_',
  '%%%%',
  '\\%',
  '${7*7}',
  '{{7*7}}',
  '$(id)',
  '`id`',
  '<script>alert(1)</script>',
  '<svg onload=alert(1)>',
  '\r\nSet-Cookie: a=b',
  '\n',
  '\t',
  '\u202e',
  '\ufeff',
  '\u2028',
  '👩‍👩‍👧‍👦'.repeat(20),
  'İ',
  'ß',
  'a'.repeat(256),
  'a'.repeat(10_000),
  'ü'.repeat(255),
  'Z\u0351\u036b'.repeat(100),
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '[object Object]',
  '{"a":1}',
  '[]',
  '2026-02-30T25:61:61Z',
  '0000-00-00',
  '-infinity',
  'infinity',
  'epoch',
  'now',
  'file:///etc/passwd',
  'http://127.0.0.1/',
  'javascript:alert(1)',
  'a@b',
  'a@b@c',
  '@',
  '(a+)+$',
  '{1,2,3}',
  'x'.repeat(200),
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  '{01890000-0000-7000-8000-000000000000}',
  '018900000000700080000000000000000',
  'urn:uuid:01890000-0000-7000-8000-000000000000',
]

export const oddMethods: readonly string[] = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'CONNECT',
  'QUERY',
  'LINK',
  'PURGE',
  'get',
  'GETT',
  '',
  'M-SEARCH',
]

export const hostilePaths: readonly string[] = [
  '/',
  '//',
  '/api',
  '/api/',
  '/api//me',
  '//api/me',
  '/api/me/',
  '/API/ME',
  '/api/./me',
  '/api/../api/me',
  '/api/%6de',
  '/%',
  '/%zz',
  '/%c0%ae',
  '/%00',
  '/api/%00',
  '/api/files/%00',
  '/api/files/%2e%2e',
  '/api/files/..%2f..%2fetc%2fpasswd/content',
  '/..%2f..%2fetc/passwd',
  '/../../etc/passwd',
  '/assets/..%2f..%2fserver%2fsrc%2fmain.ts',
  '/assets/../../package.json',
  '/.env',
  '/.git/config',
  '/api/docs/../../../package.json',
  '/api/docs/static/..%2f..%2fpackage.json',
  '/api/openapi.json?x=%',
  '/api/me?',
  '/api/me?%',
  '/api/me?a[b]=c&a[__proto__]=d',
  '/api/me#x',
  'http://evil.example/api/me',
  'http://evil.example',
  '*',
  'api/me',
  '/api/files/' + 'a'.repeat(300),
  '/' + 'a/'.repeat(3000),
  '/api/live',
  '/api/live?cursor=%00',
  '/api/live?cursor=9-9',
  '/api/uploads/',
  '/api/uploads/%ff',
  '/api/uploads/x/y',
  '/metrics',
  '/healthz/',
  '/readyz?x',
  '/api/organizations/x/files?limit=1&limit=2',
  '/api/organizations//files',
  '/favicon.ico%00.html',
  '/index.html%20',
  '/con',
  '/;a=b',
  '/api/me;jsessionid=1',
  '/api/%E2%80%AE',
  '/\u00e9',
  '/api/files/\u00ff',
]

export const hostileHeaders: readonly string[] = [
  'Authorization: Bearer a.b.c',
  'Authorization: Bearer ',
  'Authorization: Basic Og==',
  'Authorization: Bearer eyJhbGciOiJub25lIn0.e30.',
  'Cookie: trove_access=a.b.c',
  'Cookie: ;;;=;',
  'Cookie: trove_refresh=%ff; trove_refresh=x',
  'Cookie: ' + 'a=b; '.repeat(500),
  'X-HTTP-Method-Override: DELETE',
  'X-HTTP-Method-Override: TRACE',
  'X-HTTP-Method-Override: ',
  'Forwarded: for=x;host="a b";proto=javascript',
  'X-Forwarded-Host: evil.example',
  'X-Forwarded-Proto: javascript',
  "X-Forwarded-For: '",
  'X-Forwarded-Prefix: //evil',
  'Range: bytes=0-',
  'Range: bytes=-1',
  'Range: bytes=9999999999999999999999-',
  'Range: bytes=' + '0-1,'.repeat(500),
  'If-Range: "x"',
  'If-None-Match: *',
  'If-None-Match: ' + '"a",'.repeat(500),
  'If-Modified-Since: yesterday',
  'If-Match: W/"',
  'Accept: text/html',
  'Accept: ' + '*/*;q=0.1,'.repeat(300),
  'Accept-Encoding: br;q=nan, gzip;q=',
  'Content-Encoding: gzip',
  'Transfer-Encoding: identity',
  'Expect: 100-continue',
  'Expect: nothing',
  'Upgrade: websocket',
  'Upgrade: h2c',
  'Connection: upgrade',
  'Sec-WebSocket-Key: x',
  'Sec-WebSocket-Version: 13',
  'Origin: null',
  'Origin: https://evil.example',
  'Origin: %',
  'Referer: \u00ff',
  'User-Agent: ' + 'u'.repeat(4000),
  'User-Agent: a\u0000b'.replace('\0', '\t'),
  'Content-Length: 5',
  'X: ' + 'y'.repeat(8000),
  'Accept-Version: x',
  'Accept-Version: 99999.0.0',
  'Date: now',
  'TE: trailers',
  'Trailer: Host',
  'Max-Forwards: -1',
  'Host: b',
  'Content-Type: application/json',
  'Access-Control-Request-Method: DELETE',
  'Sec-Fetch-Site: cross-site',
  'Range: \u00e9',
]

/** What the schema asks for, or, now and then, something else. */
export function valueFor(random: Random, schema: Schema, depth = 0): unknown {
  if (random.chance(0.12)) return anything(random, depth)
  if (schema.anyOf) return valueFor(random, random.pick(schema.anyOf), depth)
  if (schema.enum) return random.pick(schema.enum)
  switch (schema.type) {
    case 'object':
      return objectFor(random, schema, depth)
    case 'array':
      return Array.from({ length: random.pick([0, 1, 2, 5, 1001]) }, () =>
        valueFor(random, schema.items ?? {}, depth + 1),
      )
    case 'integer':
    case 'number':
      return random.pick([
        schema.minimum ?? 0,
        schema.maximum ?? 100,
        1,
        50,
        -1,
        2 ** 31,
        2 ** 53,
        2 ** 63,
        1e308,
        0.5,
        -0,
      ])
    case 'boolean':
      return random.chance(0.5)
    case 'string':
      return random.chance(0.4)
        ? random.pick(hostileStrings)
        : random.pick(['a@example.org', 'name', '01890000-0000-7000-8000-000000000000', 'password1'])
    default:
      return anything(random, depth)
  }
}

function objectFor(random: Random, { properties = {} }: Schema, depth: number): Record<string, unknown> {
  const entries = Object.entries(properties)
    .filter(() => random.chance(0.85))
    .map(([name, schema]) => [name, valueFor(random, schema, depth + 1)])
  if (random.chance(0.1)) entries.push([random.pick(hostileStrings), 1])
  return Object.fromEntries(entries) as Record<string, unknown>
}

function anything(random: Random, depth: number): unknown {
  const simple = [null, true, 0, -1, 1e308, 2 ** 53 + 2, '', 'text', [], {}, [[]], random.pick(hostileStrings)]
  if (depth < 3 && random.chance(0.2)) return Array.from({ length: 3 }, () => anything(random, depth + 1))
  return random.pick(simple)
}
