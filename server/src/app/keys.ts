import { randomBytes } from 'node:crypto'
import { keysStatus, requireMasterKeys, rotateKeys } from '../domain/storage/index.ts'
import type { Actor } from '../platform/actor.ts'
import { connect, type Db } from '../platform/db/index.ts'
import type { Config } from './config.ts'
import type { ConnectedConfig } from './part.ts'
import { withDatabase } from './with-database.ts'

/** Whoever can start programs on this machine and read its configuration needs no account. */
const OPERATOR: Actor = { kind: 'system', reason: 'trove keys' }
const MASTER_KEY_BYTES = 32
const GIB = 1024 ** 3

const COMMANDS: Record<string, { does: string; run(db: Db, config: ConnectedConfig): Promise<string> }> = {
  status: { does: 'say which master keys are in use, and how much is kept under them', run: tellStatus },
  rotate: {
    does: 'wrap the keys of all organizations by TROVE_MASTER_KEY; no stored byte is touched',
    run: tellRotation,
  },
}

/** @returns the exit code: 0 well, 2 not understood */
export async function runKeys(loadConfig: () => Config, words: readonly string[]): Promise<number> {
  const [name = '', ...rest] = words
  if (name === 'new' && rest.length === 0) {
    console.log(randomBytes(MASTER_KEY_BYTES).toString('base64'))
    return 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined || rest.length > 0) {
    const lines = Object.entries(COMMANDS).map(([word, { does }]) => `  keys ${word.padEnd(8)}${does}`)
    console.error(`npm run trove keys <what>:\n  keys new     print a fresh master key\n${lines.join('\n')}`)
    return 2
  }
  console.log(await withDatabase(loadConfig(), (config) => withConnection(config, command.run)))
  return 0
}

/**
 * Asks whether everything that is stored could be read with the master keys that are given.
 *
 * @throws Error in plain words when it could not
 */
export function checkKeys(config: ConnectedConfig): Promise<void> {
  return withConnection(config, (db) => requireMasterKeys(db, config.encryption))
}

async function withConnection<T>(
  config: ConnectedConfig,
  work: (db: Db, config: ConnectedConfig) => Promise<T>,
): Promise<T> {
  const db = connect(config.databaseUrl, { poolSize: 2, prepare: config.prepare, onIdleError: () => undefined })
  try {
    return await work(db, config)
  } finally {
    await db.destroy()
  }
}

async function tellRotation(db: Db, { encryption }: ConnectedConfig): Promise<string> {
  const { masterKeyId, rewrapped, alreadyRight } = await rotateKeys(db, encryption, OPERATOR)
  const before = alreadyRight === 0 ? '' : ` ${alreadyRight} were so before.`
  return (
    `The keys of ${rewrapped} organizations are now wrapped by the master key ${masterKeyId}.${before}\n` +
    'Every one is; once each part of Trove runs with it, TROVE_MASTER_KEY_OLD can go.'
  )
}

async function tellStatus(db: Db, { encryption, compresses }: ConnectedConfig): Promise<string> {
  const { uses, isOn, kept } = await keysStatus(db, encryption)
  const is = { present: 'TROVE_MASTER_KEY', old: 'TROVE_MASTER_KEY_OLD', 'not given': 'not given: set it' } as const
  const size = (bytes: number) => `${(bytes / GIB).toFixed(2)} GiB`
  return [
    `What is new is ${isOn ? 'encrypted' : 'not encrypted'}, and ${compresses ? 'compressed where it gains' : 'not compressed'}.`,
    ...(uses.length === 0 ? ['No organization has a key.'] : ['Master keys in use:']),
    ...uses.map((use) => `  ${use.masterKeyId}  ${use.organizations} organizations  ${is[use.is]}`),
    `In frames (encrypted or compressed): ${kept.framedObjects} objects, ${size(kept.framedBytes)}.`,
    `As they came: ${kept.plainObjects} objects, ${size(kept.plainBytes)}.`,
  ].join('\n')
}
