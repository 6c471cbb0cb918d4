import type { Account } from '@trove/contract/accounts'
import * as identity from '../domain/identity/index.ts'
import type { Actor } from '../platform/actor.ts'
import { Problem } from '../platform/problem.ts'
import type { ConnectedConfig } from './part.ts'
import { openPlatform, type OpenPlatform } from './platform.ts'

/** Whoever can start programs on this machine and read its secrets needs no account. */
const OPERATOR: Actor = { kind: 'system', reason: 'trove admin' }
const PAGE = 200

type Command = {
  readonly takes: '' | '<address>' | '[part of a name]'
  readonly does: string
  run(platform: OpenPlatform, word: string): Promise<string>
}

const ADMIN_COMMANDS: Record<string, Command> = {
  users: { takes: '[part of a name]', does: 'list the accounts, newest first', run: listUsers },
  suspend: {
    takes: '<address>',
    does: 'refuse an account everywhere, at once',
    run: async (platform, word) =>
      told('Suspended', await identity.suspendUser(platform, OPERATOR, await find(platform, word))),
  },
  resume: {
    takes: '<address>',
    does: 'let a suspended account in again',
    run: async (platform, word) =>
      told('Resumed', await identity.resumeUser(platform, OPERATOR, await find(platform, word))),
  },
  promote: {
    takes: '<address>',
    does: 'make an account administrator of the installation',
    run: async (platform, word) =>
      told('Administrator now', await administrate(platform, word, { isAdministrator: true })),
  },
  demote: {
    takes: '<address>',
    does: 'make an administrator a user like others',
    run: async (platform, word) =>
      told('Administrator no longer', await administrate(platform, word, { isAdministrator: false })),
  },
  'reset-password': {
    takes: '<address>',
    does: 'print a link that sets a new password, good once, for an hour',
    run: resetPassword,
  },
  'remove-factors': {
    takes: '<address>',
    does: 'take app, passkeys and recovery codes off an account, for somebody who has lost them',
    async run(platform, word) {
      const account = await identity.findAccount(platform.db, word)
      await identity.removeFactors(platform, OPERATOR, account.id)
      return told('Signed out, and without second factors now', account)
    },
  },
}

/** @returns the exit code: 0 well, 1 refused, 2 not understood */
export async function runAdmin(config: ConnectedConfig, words: readonly string[]): Promise<number> {
  const [name = '', word = '', ...rest] = words
  const command = Object.hasOwn(ADMIN_COMMANDS, name) ? ADMIN_COMMANDS[name] : undefined
  if (command === undefined || rest.length > 0 || (command.takes === '<address>' && word === '')) {
    console.error(adminUsage())
    return 2
  }
  const platform = await openPlatform(config, 'api')
  try {
    console.log(await command.run(platform, word))
    return 0
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    console.error(error.message)
    return 1
  } finally {
    await platform.close()
  }
}

function adminUsage(): string {
  const lines = Object.entries(ADMIN_COMMANDS).map(
    ([name, { takes, does }]) => `  admin ${`${name} ${takes}`.padEnd(26)}${does}`,
  )
  return `npm run trove admin <what>:\n${lines.join('\n')}`
}

async function listUsers(platform: OpenPlatform, search: string): Promise<string> {
  const lines: string[] = []
  let cursor: string | undefined
  do {
    const page = await identity.listUsers(platform.db, { limit: PAGE, search, ...(cursor !== undefined && { cursor }) })
    lines.push(...page.items.map(lineOf))
    cursor = page.next
  } while (cursor !== undefined)
  return lines.length === 0 ? 'There are no such accounts.' : lines.join('\n')
}

async function resetPassword(platform: OpenPlatform, word: string): Promise<string> {
  const path = await identity.makeResetPath(platform, OPERATOR, await find(platform, word))
  const base = platform.settings.publicUrl?.href.replace(/\/$/, '')
  const where =
    base === undefined ? 'Open this path where your Trove is (set PUBLIC_URL to have it whole):' : 'Open this:'
  return `${where}\n${base ?? ''}${path}`
}

const administrate = async (platform: OpenPlatform, word: string, about: { isAdministrator: boolean }) =>
  identity.setAdministrator(platform, OPERATOR, { userId: await find(platform, word), ...about })

const find = async (platform: OpenPlatform, email: string): Promise<string> =>
  (await identity.findAccount(platform.db, email)).id

const told = (what: string, account: Account): string => `${what}: ${lineOf(account)}`

/** One account a line, in columns by tabs; what people wrote cannot begin another line. */
function lineOf({ email, name, isAdministrator, suspendedAt, lastSignInAt, createdAt }: Account): string {
  const marks = [isAdministrator && 'administrator', suspendedAt !== undefined && 'suspended']
    .filter(Boolean)
    .join(', ')
  const seen = lastSignInAt === undefined ? 'never signed in' : `signed in ${lastSignInAt.slice(0, 10)}`
  return [email, name, `since ${createdAt.slice(0, 10)}`, seen, marks]
    .map((text) => text.replaceAll(/\p{C}/gu, ' '))
    .join('\t')
    .trimEnd()
}
