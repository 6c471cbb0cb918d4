import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { getShared, openLink, renewVisit, type SharedLink } from '@trove/contract/shared'
import { Failure } from '../failure.ts'
import { placeOf, type Environment } from '../server/keys.ts'
import { openServer, type Opening, type Server } from '../server/server.ts'

/** So long before its end a visit is renewed. */
const RENEW_BEFORE_MS = 10 * 60_000

/** An open link: a server that is met with the pass of the visit, and with no key. */
export type Visit = { server: Server; link: SharedLink; refresh(): Promise<void> }

/** What the address of a shared link says; undefined when it is none. */
export function readLink(word: string): { place: string; token: string } | undefined {
  if (!URL.canParse(word)) return undefined
  const url = new URL(word)
  const [, token] = /^#[0-9a-f-]{36}\.([\w-]{20,100})$/i.exec(url.hash) ?? []
  const [, below = ''] = /^(.*)\/s\/?$/.exec(url.pathname) ?? []
  const place = placeOf(url.origin + below)
  return token === undefined || place === undefined || !/\/s\/?$/.test(url.pathname) ? undefined : { place, token }
}

/** @throws Failure  also when the link asks for what a terminal cannot give */
export async function openVisit(
  { place, token }: { place: string; token: string },
  opening: Omit<Opening, 'place' | 'token'>,
): Promise<Visit> {
  let pass = { accessToken: undefined as string | undefined, expiresAt: '' }
  const server = openServer({ ...opening, place, token: () => pass.accessToken })
  let opened = await server.call(openLink, { body: { token } })
  if (opened.status === 'password') {
    const password = await passwordFrom(opening.environment)
    opened = await server.call(openLink, { body: { token, password } }, 'once')
  }
  if (opened.status !== 'opened')
    throw new Failure(
      'not-allowed',
      'This link wants to know who opens it, by a code that it mails: open it in a browser.',
    )
  pass = opened
  const params = { linkId: opened.linkId }
  return {
    server,
    link: await server.call(getShared, { params }),
    async refresh() {
      if (Date.parse(pass.expiresAt) - Date.now() > RENEW_BEFORE_MS) return
      pass = await server.call(renewVisit, { params })
    },
  }
}

/** From the environment, or asked for where somebody can answer; never from the command line, which others can read. */
async function passwordFrom(environment: Environment): Promise<string> {
  const given = environment['TROVE_LINK_PASSWORD']
  if (given !== undefined) return given
  if (!process.stdin.isTTY)
    throw new Failure('not-allowed', 'This link has a password: give it in TROVE_LINK_PASSWORD.')
  process.stderr.write('Password of the link: ')
  const silent = new Writable({ write: (_piece, _encoding, done) => done() })
  const asking = createInterface({ input: process.stdin, output: silent, terminal: true })
  try {
    return await asking.question('')
  } finally {
    asking.close()
    process.stderr.write('\n')
  }
}
