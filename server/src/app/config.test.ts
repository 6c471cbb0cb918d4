import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ConfigError, loadConfig, parseConfig } from './config.ts'

const GIB = 1024 ** 3

describe('the configuration', () => {
  test('an empty environment is right', () => {
    const config = parseConfig({ PORT: '', LOG_LEVEL: '  ' })
    assert.equal(config.port, 8080)
    assert.equal(config.host, '127.0.0.1')
    assert.equal(config.databaseUrl, undefined)
    assert.deepEqual(config.storage, { kind: 'disk', folder: join(config.dataFolder, 'objects') })
    assert.equal(config.settings.maxFileBytes, 10 * GIB)
    assert.equal(config.settings.trustProxy, false)
    assert.equal(config.settings.uploadExpiryMs, 24 * 3_600_000)
    assert.ok(Object.isFrozen(config) && Object.isFrozen(config.settings))
  })

  test('every wrong value is named at once, with what would be right', () => {
    const wrong = {
      PORT: '70000',
      HOST: 'a b',
      DATABASE_URL: 'mysql://u:geheim@h/d',
      STORAGE_URL: 's3://bucket',
      PUBLIC_URL: 'ftp://x',
      TRUST_PROXY: '10.0.0.0/33',
      TROVE_SECRET: 'short',
      TROVE_DATA: import.meta.filename,
      LOG_LEVEL: 'loud',
      DB_PREPARE: 'maybe',
      DB_POOL_SIZE: '1',
      MAX_FILE_BYTES: '10 parsecs',
      TRASH_DAYS: '-1',
      WORKER_CONCURRENCY: '0',
      MEDIA_TIMEOUT_SECONDS: 'soon',
    }
    assert.throws(
      () => parseConfig(wrong),
      (error: unknown) => {
        assert.ok(error instanceof ConfigError)
        assert.deepEqual(error.faults.map((fault) => fault.split(/[=:]/, 1).join()).sort(), Object.keys(wrong).sort())
        assert.match(error.message, /PORT=70000: must be a whole number from 0 to 65535/)
        assert.match(error.message, /DATABASE_URL: must look like postgres:\/\//)
        assert.doesNotMatch(error.message, /geheim|short/)
        return true
      },
    )
  })

  test('a mail server is read with its password, which no fault repeats, and wants a public address', () => {
    const smtp = (SMTP_URL: string, more: Record<string, string> = { PUBLIC_URL: 'https://x.example' }) =>
      parseConfig({ SMTP_URL, ...more }).settings.smtp
    assert.equal(parseConfig({}).settings.smtp, undefined)
    assert.deepEqual(smtp('smtps://ada%40x:pa%3Ass@mail.example.org'), {
      host: 'mail.example.org',
      port: 465,
      isTls: true,
      credentials: { user: 'ada@x', password: 'pa:ss' },
      from: { name: 'Trove', address: 'trove@mail.example.org' },
    })
    const MAIL_FROM = 'Trove, of the Studio <trove@studio.example>'
    const named = smtp('smtp://127.0.0.1:2525', { PUBLIC_URL: 'https://x.example', MAIL_FROM })
    assert.deepEqual([named?.port, named?.isTls, named?.credentials], [2525, false, undefined])
    assert.deepEqual(named?.from, { name: 'Trove, of the Studio', address: 'trove@studio.example' })
    const wrong = ['mail.example.org', 'http://x', 'smtp://', 'smtp://u:geheim@h/path', 'smtp://u:geheim@h?a=b']
    for (const text of wrong)
      assert.throws(
        () => smtp(text),
        (error: unknown) => error instanceof ConfigError && !error.message.includes('geheim'),
        text,
      )
    assert.throws(() => smtp('smtp://127.0.0.1', {}), /without PUBLIC_URL/)
    for (const from of ['nobody', 'a@b, c@d', 'A <a@b> x', '<a@b>\nBcc: c@d'])
      assert.throws(() => parseConfig({ MAIL_FROM: from }), ConfigError, from)
    assert.throws(() => parseConfig({ BREACHED_PASSWORDS_FILE: '/no/such/list' }), ConfigError)
  })

  test('sizes are bytes or carry a unit', () => {
    const bytes = (text: string) => parseConfig({ MAX_FILE_BYTES: text }).settings.maxFileBytes
    assert.equal(bytes('1048576'), 1_048_576)
    assert.equal(bytes('10GiB'), 10 * GIB)
    assert.equal(bytes('1.5 MiB'), 1_572_864)
    assert.equal(bytes('500MB'), 500_000_000)
    for (const text of ['0', '-1', '1e9', '9999999TiB', 'GiB']) assert.throws(() => bytes(text), ConfigError, text)
  })

  test('proxies are a number of hops or networks', () => {
    const trusted = (text: string) => parseConfig({ TRUST_PROXY: text }).settings.trustProxy
    assert.equal(trusted('off'), false)
    assert.equal(trusted('2'), 2)
    assert.deepEqual(trusted('127.0.0.1, 10.0.0.0/8,fd00::/8'), ['127.0.0.1', '10.0.0.0/8', 'fd00::/8'])
  })

  test('the public address loses its trailing slash, and the store is an absolute folder', () => {
    assert.equal(
      parseConfig({ PUBLIC_URL: 'https://media.example.org/trove/' }).settings.publicUrl?.href,
      'https://media.example.org/trove',
    )
    assert.deepEqual(parseConfig({ STORAGE_URL: 'file:///srv/with%20space/' }).storage, {
      kind: 'disk',
      folder: '/srv/with space',
    })
    for (const text of ['file://host/x', '/srv/x', 'file:relative', 'file:///'])
      assert.throws(() => parseConfig({ STORAGE_URL: text }), ConfigError, text)
  })

  test('a source of map tiles is one host over TLS, named in full, and comes with the words that it asks for', () => {
    const MAP_ATTRIBUTION = '© Cartographers'
    const tiles = (MAP_TILES: string) => parseConfig({ MAP_TILES, MAP_ATTRIBUTION }).settings.mapTiles
    assert.equal(parseConfig({ MAP_ATTRIBUTION }).settings.mapTiles, undefined)
    assert.deepEqual(tiles('https://Tiles.example.org:8443/v1/{z}/{x}/{y}@2x.png?key=ab'), {
      template: 'https://tiles.example.org:8443/v1/{z}/{x}/{y}@2x.png?key=ab',
      origin: 'https://tiles.example.org:8443',
      attribution: '© Cartographers',
      maxZoom: 19,
    })
    assert.equal(tiles('http://127.0.0.1:9000/?l={z}&c={x}&r={y}')?.origin, 'http://127.0.0.1:9000')
    const wrong = [
      'https://tiles.example.org/{z}/{x}.png',
      'https://tiles.example.org/{z}/{x}/{y}/{y}.png',
      'https://tiles.example.org/{s}/{z}/{x}/{y}.png',
      'https://{z}.example.org/{x}/{y}.png',
      'https://*.example.org/{z}/{x}/{y}.png',
      'https://a;script-src/{z}/{x}/{y}.png',
      "https://a'b/{z}/{x}/{y}.png",
      'https://a,b/{z}/{x}/{y}.png',
      'https://u:p@tiles.example.org/{z}/{x}/{y}.png',
      'https://tiles.example.org/{z}/{x}/{y}.png#a',
      'http://tiles.example.org/{z}/{x}/{y}.png',
      'javascript://x/{z}/{x}/{y}',
      'tiles.example.org/{z}/{x}/{y}.png',
    ]
    for (const text of wrong) assert.throws(() => tiles(text), ConfigError, text)
    assert.throws(() => parseConfig({ MAP_TILES: 'https://a.example/{z}/{x}/{y}' }), /without MAP_ATTRIBUTION/)
  })

  test('a virus scanner is reached over TCP or at a socket, and holds back what it could not see unless told otherwise', () => {
    assert.equal(parseConfig({ SCAN_POLICY: 'allow' }).settings.scanning, undefined)
    const { scanning } = parseConfig({ CLAMAV_URL: 'tcp://clamav' }).settings
    assert.deepEqual([scanning?.address, scanning?.policy], [{ host: 'clamav', port: 3310 }, 'hold'])
    const addressOf = (CLAMAV_URL: string) => parseConfig({ CLAMAV_URL }).settings.scanning?.address
    assert.deepEqual(addressOf('tcp://[::1]:18500'), { host: '::1', port: 18_500 })
    assert.deepEqual(addressOf('unix:///run/clamav/clamd.ctl'), { path: '/run/clamav/clamd.ctl' })
    for (const text of [
      'clamav:3310',
      'http://x',
      'tcp://',
      'tcp://x/y',
      'tcp://u:p@x',
      'tcp://x:0',
      'unix://x/y',
      'unix:///',
    ])
      assert.throws(() => parseConfig({ CLAMAV_URL: text }), ConfigError, text)
    assert.throws(() => parseConfig({ CLAMAV_URL: 'tcp://x', SCAN_POLICY: 'maybe' }), ConfigError)
  })

  test('a master key is 32 random bytes, turns encryption on, and is repeated by no fault', () => {
    const key = randomBytes(32)
    const texts = [
      key.toString('base64'),
      key.toString('base64url'),
      key.toString('hex'),
      key.toString('hex').toUpperCase(),
    ]
    for (const TROVE_MASTER_KEY of texts) {
      const { masterKey, isOn } = parseConfig({ TROVE_MASTER_KEY }).encryption
      assert.deepEqual(Buffer.from(masterKey ?? []), key)
      assert.ok(isOn)
      assert.equal(parseConfig({ TROVE_MASTER_KEY, STORAGE_ENCRYPTION: 'off' }).encryption.isOn, false)
    }
    assert.deepEqual(parseConfig({}).encryption, { masterKey: undefined, oldMasterKey: undefined, isOn: false })
    assert.throws(() => parseConfig({ STORAGE_ENCRYPTION: 'on' }), /STORAGE_ENCRYPTION=on: needs TROVE_MASTER_KEY/)
    const wrong = [
      'correct horse battery staple correct horse',
      key.toString('hex').slice(2),
      '0'.repeat(64),
      `${texts[0]}A`,
    ]
    for (const text of wrong)
      for (const name of ['TROVE_MASTER_KEY', 'TROVE_MASTER_KEY_OLD'])
        assert.throws(
          () => parseConfig({ [name]: text }),
          (error: unknown) => {
            assert.ok(error instanceof ConfigError && error.message.includes(`${name}: must be 32 random bytes`))
            return !error.message.includes(text)
          },
        )
  })

  test('the secret is made once and kept for its owner alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'trove-config-'))
    try {
      const first = loadConfig({ TROVE_DATA: folder }).secret
      assert.ok(first.length >= 32)
      assert.deepEqual(loadConfig({ TROVE_DATA: folder }).secret, first)
      assert.equal((await stat(join(folder, 'secrets', 'signing-key'))).mode & 0o777, 0o600)
      const own = 'a secret of our own that is long enough'
      assert.equal(new TextDecoder().decode(loadConfig({ TROVE_DATA: folder, TROVE_SECRET: own }).secret), own)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
