import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Encryption } from '../domain/storage/index.ts'
import type { Settings } from '../platform/settings.ts'
import * as parse from './config-values.ts'
import { ensureSecret } from './secrets.ts'
import { faultsOfPlaces } from './storage-places.ts'
import { customerKey, storagePublicUrl, storageUrl, type StorageConfig } from './storage-url.ts'

/** Everything the environment decides, parsed and final. */
export type Config = {
  /** 0 lets the system choose. */
  readonly port: number
  readonly host: string
  /** Absolute. */
  readonly dataFolder: string
  /** undefined: Trove's own PostgreSQL, in the data folder. */
  readonly databaseUrl: string | undefined
  /** Past any pooler, for LISTEN and migrations; undefined: the same as `databaseUrl`. */
  readonly databaseDirectUrl: string | undefined
  /** Where counts are kept that several API processes have in common; undefined: each counts for itself. */
  readonly redisUrl: string | undefined
  readonly storage: StorageConfig
  /** Where originals go that nobody fetches; undefined: everything stays in one place. */
  readonly coldStorage: StorageConfig | undefined
  /** What `storage` is taking the place of, until everything has been brought over. */
  readonly oldStorage: StorageConfig | undefined
  readonly encryption: Encryption
  /** Whether what is new is compressed where it gains by that. */
  readonly compresses: boolean
  /** The key that tokens are signed with, at least 32 bytes. */
  readonly secret: Uint8Array
  readonly logLevel: LogLevel
  /** Whether statements are prepared by name; off behind PgBouncer before 1.21. */
  readonly prepare: boolean
  /** Connections to the database for each process. */
  readonly poolSize: number
  readonly settings: Settings
}

export type LogLevel = (typeof LOG_LEVELS)[number]
export type Environment = Readonly<Record<string, string | undefined>>

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const MIB = 1024 ** 2
const GIB = 1024 ** 3

/** What is wrong with the environment: every fault at once, each saying what would be right. */
export class ConfigError extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(`The configuration is not right:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/**
 * Parses the environment; a variable that is empty counts as absent. Makes the secret on first use, under the data folder.
 *
 * @throws ConfigError naming every wrong value
 */
export function loadConfig(environment: Environment = process.env): Config {
  const { secret, ...rest } = parseConfig(environment)
  return Object.freeze({ ...rest, secret: secret ?? ensureSecret(join(rest.dataFolder, 'secrets'), 'signing-key') })
}

/**
 * The same without touching the disk: `secret` is undefined when the environment has none.
 *
 * @throws ConfigError naming every wrong value
 */
export function parseConfig(
  environment: Environment,
): Omit<Config, 'secret'> & { readonly secret: Uint8Array | undefined } {
  const faults: string[] = []
  const read = <T>(name: string, parser: (text: string) => parse.Parsed<T>, fallback: T): T => {
    const text = environment[name]?.trim()
    if (text === undefined || text === '') return fallback
    const parsed = parser(text)
    if ('value' in parsed) return parsed.value
    faults.push(`${name}${parsed.hidden ? '' : `=${text}`}: ${parsed.wrong}`)
    return fallback
  }

  const dataFolder = read('TROVE_DATA', parse.folder, parse.absolute('data'))
  const config = {
    port: read('PORT', parse.integer(0, 65_535), 8080),
    host: read('HOST', parse.host, '127.0.0.1'),
    dataFolder,
    databaseUrl: read('DATABASE_URL', parse.databaseUrl, undefined),
    databaseDirectUrl: read('DATABASE_DIRECT_URL', parse.databaseUrl, undefined),
    redisUrl: read('REDIS_URL', parse.redisUrl, undefined),
    ...readStorage(read, dataFolder),
    encryption: readEncryption(read, faults),
    compresses: read('TROVE_COMPRESSION', parse.onOff, true),
    secret: read('TROVE_SECRET', parse.secret, undefined),
    logLevel: read('LOG_LEVEL', parse.oneOf(LOG_LEVELS), 'warn'),
    prepare: read('DB_PREPARE', parse.onOff, true),
    poolSize: read('DB_POOL_SIZE', parse.integer(2, 1000), 10),
    settings: Object.freeze({ ...readSettings(read), temporaryFolder: join(dataFolder, 'temporary') }),
  }
  if (config.databaseDirectUrl !== undefined && config.databaseUrl === undefined && faults.length === 0)
    faults.push('DATABASE_DIRECT_URL: is set without DATABASE_URL; set both, or neither for the built-in PostgreSQL')
  faults.push(...faultsOfPlaces(config))
  if (config.settings.smtp !== undefined && config.settings.publicUrl === undefined)
    faults.push('SMTP_URL: is set without PUBLIC_URL; the links in mails need to say where people reach Trove')
  if (config.settings.mapTiles?.attribution === '')
    faults.push('MAP_TILES: is set without MAP_ATTRIBUTION; whoever draws the map wants to be named beside it')
  if (faults.length > 0) throw new ConfigError(faults)
  return Object.freeze(config)
}

/** Clients reach only the store that is being written to, by its public address. */
function readStorage(read: Read, dataFolder: string): Pick<Config, 'storage' | 'coldStorage' | 'oldStorage'> {
  const key = read('STORAGE_SSE_C_KEY', customerKey, undefined)
  const parser = (text: string) => storageUrl(text, key)
  const storage = read<StorageConfig>('STORAGE_URL', parser, { kind: 'disk', folder: join(dataFolder, 'objects') })
  const publicUrl = read('STORAGE_PUBLIC_URL', storagePublicUrl, undefined)
  const page = read<URL | undefined>('PUBLIC_URL', (text) => ({ value: URL.parse(text) ?? undefined }), undefined)
  const allowedOrigins = publicUrl === undefined ? [] : [page?.origin ?? '*']
  return {
    storage: storage.kind === 's3' ? { ...storage, publicUrl, allowedOrigins } : storage,
    coldStorage: read<StorageConfig | undefined>('STORAGE_COLD_URL', parser, undefined),
    oldStorage: read<StorageConfig | undefined>('STORAGE_OLD_URL', parser, undefined),
  }
}

/** Whether it is a right one has been asked where the store is read. */
const readStoreOrigin = (read: Read): string | undefined =>
  read<string | undefined>('STORAGE_PUBLIC_URL', (text) => ({ value: URL.parse(text)?.origin }), undefined)

/** With a master key what is new is encrypted, unless that is turned off; without one nothing can be. */
function readEncryption(read: Read, faults: string[]): Encryption {
  const masterKey = read('TROVE_MASTER_KEY', parse.masterKey, undefined)
  const oldMasterKey = read('TROVE_MASTER_KEY_OLD', parse.masterKey, undefined)
  const isAsked = read<boolean | undefined>('STORAGE_ENCRYPTION', parse.onOff, undefined)
  if (masterKey === undefined && isAsked === true)
    faults.push('STORAGE_ENCRYPTION=on: needs TROVE_MASTER_KEY; npm run trove keys new prints one')
  return { masterKey, oldMasterKey, isOn: masterKey !== undefined && isAsked !== false }
}

/** In whose name is said apart, because many servers take only an address that is theirs. */
function readSmtp(read: Read): Settings['smtp'] {
  const server = read('SMTP_URL', parse.smtpUrl, undefined)
  const fallback = {
    name: 'Trove',
    address: `trove@${server?.host.includes('.') ? server.host : 'localhost.localdomain'}`,
  }
  const from = read('MAIL_FROM', parse.mailFrom, fallback)
  return server && { ...server, from }
}

/** Nothing is asked of a scanner that is not there. The limit is clamd's own, unless both have been raised. */
function readScanning(read: Read): Settings['scanning'] {
  const address = read('CLAMAV_URL', parse.clamavUrl, undefined)
  const policy = read('SCAN_POLICY', parse.oneOf(['hold', 'allow-large', 'allow'] as const), 'hold')
  const maxBytes = read('SCAN_MAX_BYTES', parse.size, 100 * MIB)
  const againDays = read('SCAN_AGAIN_DAYS', parse.decimal(0, 3650), 7)
  const bytesPerSecond = read('SCAN_AGAIN_RATE', parse.size, 20 * MIB)
  return address && { address, policy, maxBytes, againDays, bytesPerSecond }
}

/** Where the cold tier is belongs to the store; here is only when bytes go there, and how they come back. */
function readTiers(read: Read): Settings['tiers'] {
  const hasCold = read<string | undefined>('STORAGE_COLD_URL', (value) => ({ value }), undefined) !== undefined
  const afterDays = read('TIER_AFTER_DAYS', parse.decimal(0, 36_500), 90)
  const reads = read('TIER_READS', parse.oneOf(['direct', 'recall'] as const), 'direct')
  const bytesPerSecond = read('TIER_BYTES_PER_SECOND', parse.size, 32 * MIB)
  return hasCold ? { afterDays, reads, bytesPerSecond } : undefined
}

/** All of it, or none. */
function readOidc(read: Read): Settings['oidc'] {
  const issuer = read('OIDC_ISSUER', parse.issuer, undefined)
  const clientId = read('OIDC_CLIENT_ID', parse.line, undefined)
  const clientSecret = read('OIDC_CLIENT_SECRET', parse.hiddenLine, undefined)
  const name = read('OIDC_NAME', parse.line, 'your organization')
  const makesAccounts = read('OIDC_AUTO_REGISTER', parse.onOff, false)
  if (issuer === undefined || clientId === undefined) return undefined
  return { issuer, clientId, clientSecret, name, makesAccounts }
}

/** Who drew them must be said wherever they are shown, so there are none without it. */
function readMapTiles(read: Read): Settings['mapTiles'] {
  const source = read('MAP_TILES', parse.tileTemplate, undefined)
  const attribution = read('MAP_ATTRIBUTION', parse.line, '')
  const maxZoom = read('MAP_MAX_ZOOM', parse.integer(0, 22), 19)
  return source && Object.freeze({ ...source, attribution, maxZoom })
}

type Read = <T>(name: string, parser: (text: string) => parse.Parsed<T>, fallback: T) => T

function readSettings(read: Read): Omit<Settings, 'temporaryFolder'> {
  const cores = Math.min(4, Math.max(1, availableParallelism()))
  const delivery = read<Settings['delivery']>(
    'DELIVERY',
    parse.oneOf(['stream', 'accel', 'redirect'] as const),
    'stream',
  )
  const takesDirect = read('STORAGE_DIRECT', parse.onOff, false)
  return {
    publicUrl: read('PUBLIC_URL', parse.publicUrl, undefined),
    trustProxy: read('TRUST_PROXY', parse.trustProxy, false),
    maxFileBytes: read('MAX_FILE_BYTES', parse.size, 10 * GIB),
    maxSessionBytes: read('MAX_SESSION_BYTES', parse.size, 50 * GIB),
    takesDirect,
    storeOrigin: delivery === 'redirect' || takesDirect ? readStoreOrigin(read) : undefined,
    mapTiles: readMapTiles(read),
    defaultQuotaBytes: read('DEFAULT_QUOTA_BYTES', parse.size, 100 * GIB),
    activityKeepMonths: read('ACTIVITY_KEEP_MONTHS', parse.integer(0, 1200), 24),
    trashDays: read('TRASH_DAYS', parse.integer(0, 3650), 30),
    eraseDelayMs: read('ERASE_DELAY_DAYS', parse.decimal(0, 365), 7) * 24 * HOUR_MS,
    uploadExpiryMs: read('UPLOAD_EXPIRY_HOURS', parse.decimal(0, 8760), 24) * HOUR_MS,
    sweepGraceMs: read('SWEEP_GRACE_MINUTES', parse.decimal(0, 525_600), 60) * MINUTE_MS,
    verifyBytesPerSecond: read('VERIFY_BYTES_PER_SECOND', parse.size, 32 * MIB),
    verifyEveryDays: read('VERIFY_EVERY_DAYS', parse.decimal(0, 3650), 30),
    tiers: readTiers(read),
    loginFailuresPerMinute: read('LOGIN_FAILURES_PER_MINUTE', parse.integer(1, 1_000_000), 10),
    delivery,
    downloadsPerMinute: read('DOWNLOADS_PER_MINUTE', parse.integer(1, 1_000_000_000), 6000),
    uploadsPerMinute: read('UPLOADS_PER_MINUTE', parse.integer(1, 1_000_000_000), 6000),
    searchesPerMinute: read('SEARCHES_PER_MINUTE', parse.integer(1, 1_000_000_000), 1200),
    registrationsPerMinute: read('REGISTRATIONS_PER_MINUTE', parse.integer(1, 1_000_000), 300),
    smtp: readSmtp(read),
    breachedPasswordsFile: read('BREACHED_PASSWORDS_FILE', parse.file, undefined),
    oidc: readOidc(read),
    metricsToken: read('METRICS_TOKEN', parse.token, undefined),
    workerConcurrency: read('WORKER_CONCURRENCY', parse.integer(1, 256), cores),
    scanning: readScanning(read),
    mediaTimeoutMs: read('MEDIA_TIMEOUT_SECONDS', parse.decimal(1, 86_400), 120) * 1000,
    mediaMemoryBytes: read('MEDIA_MEMORY_MB', parse.integer(256, 1_048_576), 512) * MIB,
  }
}
