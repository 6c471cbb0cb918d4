import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { bearer, makeFile, makeKey, makeLink, makeOrganization, makeUser } from '../make.ts'
import { startTestPlatform } from '../platform.ts'
import { randomOf, type Random } from '../random.ts'

const SEED = 3_000

/** A token that is good, and where it is good. */
type Genuine = { name: string; token: string; url: string }

/** Tokens that were changed in some way, and tokens of one kind where another is asked for: those that were let in. */
export async function forge(tries: number): Promise<{ tried: number; letIn: string[]; faults: string[] }> {
  const t = await startTestPlatform({ LOGIN_FAILURES_PER_MINUTE: '1000000' })
  try {
    const { app } = await t.api()
    const genuine = await collect(t.platform, app)
    const ask = async (url: string, headers: Record<string, string>) =>
      (await app.inject({ method: 'GET', url, headers })).statusCode
    const random = randomOf(SEED)
    const sum = { tried: 0, letIn: [] as string[], faults: [] as string[] }
    const attempt = async (words: string, url: string, headers: Record<string, string>) => {
      const status = await ask(url, headers)
      sum.tried += 1
      if (status < 400) sum.letIn.push(`${words}: ${status}`)
      if (status >= 500) sum.faults.push(`${words}: ${status}`)
    }
    for (const { name, token, url } of genuine) {
      if ((await ask(url, { authorization: `Bearer ${token}` })) !== 200)
        sum.faults.push(`${name} is not good to begin with`)
      for (const other of genuine.filter((each) => each.url !== url)) {
        await attempt(`${name} at ${other.url}`, other.url, { authorization: `Bearer ${token}` })
        await attempt(`${name} as a cookie at ${other.url}`, other.url, {
          cookie: `trove_access=${token}; trove_visit=${token}`,
        })
      }
      for (const authorization of disguises(token))
        await attempt(`${name} as ${authorization.slice(0, 20)}`, url, { authorization })
    }
    while (sum.tried < tries) {
      const { name, token, url } = random.pick(genuine)
      const forged = mutate(random, token)
      if (isSame(forged, token)) continue
      await attempt(`${name} as ${forged}`, url, { authorization: `Bearer ${forged}` })
    }
    return sum
  } finally {
    await t.stop()
  }
}

async function collect(
  platform: Parameters<typeof makeUser>[0] & Parameters<typeof bearer>[0],
  app: FastifyInstance,
): Promise<Genuine[]> {
  const user = await makeUser(platform)
  const { id: organizationId } = await makeOrganization(platform, user)
  const file = await makeFile(platform, { organizationId, uploader: user })
  const link = await makeLink(platform, { organizationId, maker: user, resourceId: file.id })
  const key = await makeKey(platform, user, ['read'])
  const opened = await app.inject({ method: 'POST', url: '/api/links/open', payload: { token: link.token } })
  const bare = (authorization: string) => authorization.slice('Bearer '.length)
  return [
    { name: 'an access token', token: bare((await bearer(platform, user)).authorization), url: '/api/me/sessions' },
    { name: 'an API key', token: bare(key.authorization), url: '/api/me' },
    { name: 'a visit', token: String(opened.json().accessToken), url: `/api/shared/${link.id}` },
  ]
}

/** Ways of writing that somebody else's reader might take for the same. */
const disguises = (token: string): string[] => [
  `Basic ${token}`,
  `Token ${token}`,
  `Bearer ${token},Bearer ${token}`,
  `Bearer ${token} ${token}`,
  `Bearer "${token}"`,
  `Bearer ${token}=`,
  `Bearer ${token}.`,
  `Bearer .${token}`,
  `Bearer ${encodeURIComponent(token)}%00`,
  `Bearer ${Buffer.from(token).toString('base64')}`,
]

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function mutate(random: Random, token: string): string {
  const at = random.below(token.length)
  const parts = token.split('.')
  const ways: (() => string)[] = [
    () => token.slice(0, at) + random.pick([...ALPHABET]) + token.slice(at + 1),
    () => token.slice(0, at) + token.slice(at + 1),
    () => token.slice(0, at) + random.pick([...ALPHABET]) + token.slice(at),
    () => token.slice(0, at),
    () => token.toUpperCase(),
    () => [...token].toReversed().join(''),
    () => parts.toReversed().join('.'),
    () => parts.slice(0, 2).join('.'),
    () => `${parts.slice(0, 2).join('.')}.`,
    () => `${parts.slice(0, 2).join('.')}.${randomBytes(32).toString('base64url')}`,
    () => rewrite(parts, 0, { alg: random.pick(['none', 'None', 'HS512', 'RS256', '']) }),
    () => rewrite(parts, 0, { kid: random.pick(['../../dev/null', "' or 1=1", '0']), jku: 'http://127.0.0.1/' }),
    () => rewrite(parts, 0, { typ: random.pick(['JWT', 'at+jwt', 'visit+jwt', 'refresh']) }),
    () => rewrite(parts, 1, { exp: 4_102_444_800 }),
    () => rewrite(parts, 1, { sub: '01890000-0000-7000-8000-000000000000' }),
    () => rewrite(parts, 1, { iss: 'trove', aud: '*', admin: true }),
  ]
  return random.pick(ways)()
}

/** One part of a JWT with other members, and the signature of what it was. */
function rewrite(parts: string[], index: number, members: object): string {
  const part = parts[index]
  if (parts.length !== 3 || part === undefined) return randomBytes(32).toString('base64url')
  const said = JSON.parse(Buffer.from(part, 'base64url').toString()) as object
  const changed = Buffer.from(JSON.stringify({ ...said, ...members })).toString('base64url')
  return parts.with(index, changed).join('.')
}

/** The last letter of base64url has bits that mean nothing: another spelling of the same token is no forgery. */
function isSame(one: string, other: string): boolean {
  const [left, right] = [one.split('.'), other.split('.')]
  if (left.length !== right.length) return false
  if (left.length === 1) return one === other
  return left.every((part, index) =>
    Buffer.from(part, 'base64url').equals(Buffer.from(right[index] ?? '', 'base64url')),
  )
}
