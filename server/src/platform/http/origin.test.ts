import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { publicAddress, publicBase } from './origin.ts'

type Trust = false | number | readonly string[]
const at = (headers: Record<string, string>, trustProxy: Trust, remoteAddress = '127.0.0.1', publicUrl?: string) =>
  publicAddress(
    publicBase(
      { headers, socket: { remoteAddress } },
      { trustProxy, publicUrl: publicUrl === undefined ? undefined : new URL(publicUrl) },
    ),
    '/api/uploads/1',
  )

describe('the address that a client used', () => {
  const proxied = {
    host: 'inside:1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'media.example.org',
    'x-forwarded-prefix': '/trove/',
  }
  const networks = ['10.0.0.0/8', '::1']
  const cases: [string, string, string][] = [
    ['nothing is believed of a stranger', at(proxied, false), '/api/uploads/1'],
    ['one hop', at(proxied, 1), 'https://media.example.org/trove/api/uploads/1'],
    ['a trusted network', at(proxied, networks, '10.1.2.3'), 'https://media.example.org/trove/api/uploads/1'],
    [
      'the same as IPv4 in IPv6',
      at(proxied, networks, '::ffff:10.1.2.3'),
      'https://media.example.org/trove/api/uploads/1',
    ],
    ['a stranger beside it', at(proxied, networks, '192.0.2.1'), '/api/uploads/1'],
    [
      'Forwarded',
      at({ forwarded: 'for=192.0.2.60;proto=https;host="m.example:8443"', host: 'x' }, 1),
      'https://m.example:8443/api/uploads/1',
    ],
    [
      'what a client wrote before the proxy',
      at({ ...proxied, 'x-forwarded-host': 'evil.example, media.example.org', 'x-forwarded-proto': 'http, https' }, 1),
      'https://media.example.org/trove/api/uploads/1',
    ],
    [
      'Host when only the protocol is told',
      at({ 'x-forwarded-proto': 'https', host: 'm.example' }, 1),
      'https://m.example/api/uploads/1',
    ],
    ['a proxy that says nothing', at({ host: 'm.example' }, 1), '/api/uploads/1'],
    ['a host that is none', at({ ...proxied, 'x-forwarded-host': 'a/b' }, 1), '/trove/api/uploads/1'],
    [
      'a prefix that is none',
      at({ ...proxied, 'x-forwarded-prefix': '//evil.example' }, 1),
      'https://media.example.org/api/uploads/1',
    ],
    [
      'a prefix that climbs',
      at({ ...proxied, 'x-forwarded-prefix': '/a/../b' }, 1),
      'https://media.example.org/api/uploads/1',
    ],
    [
      'the configured address outweighs all',
      at(proxied, 1, '127.0.0.1', 'https://t.example/x'),
      'https://t.example/x/api/uploads/1',
    ],
  ]
  for (const [title, got, expected] of cases) test(title, () => assert.equal(got, expected))
})
