import { createDatabase } from '../platform.ts'
import { randomOf, type Random } from '../random.ts'
import { askRaw, type RawReply } from '../raw.ts'
import { jsonOf, makeHome, signUp, startPart, type Person } from '../server.ts'
import { ask, pathOf } from '../tus.ts'
import { hostileHeaders, hostilePaths, hostileStrings, oddMethods, valueFor, type Schema } from './e7-hostile.ts'

const SEED = 20_260_501
const AT_ONCE = 8
const REPLY_MS = 20_000
/** What a random call has signed out comes back after so many. */
const SIGN_IN_EVERY = 1_000

/** What a program tells of itself only by mistake. */
const LEAKS = [
  /\n\s+at .+:\d+:\d+/,
  /node:internal/,
  /\/server\/src\//,
  /node_modules/,
  /\bselect\b.+\bfrom\b/i,
  /\binsert into\b/i,
  /syntax error at/,
  /violates (unique|foreign|check|not-null)/,
  /relation "/,
  /column "/,
  /invalid input syntax/,
  /postgres/i,
  /\bE(NOENT|ACCES|ISDIR|INVAL|NOTDIR|NAMETOOLONG)\b/,
  /TypeError|ReferenceError|RangeError/,
]

type Operation = {
  method: string
  path: string
  parameters: { name: string; in: string; schema: Schema }[]
  body: Schema | undefined
}

/** Random calls by the document, each of them wrong in some way or none. Lists what should not have happened. */
export async function callAtRandom(
  calls: number,
): Promise<{ calls: number; statuses: Record<number, number>; faults: string[] }> {
  const database = await createDatabase()
  const home = await makeHome('e7', database.url)
  const api = await startPart('api', {
    ...home.environment,
    LOGIN_FAILURES_PER_MINUTE: '100000',
    REGISTRATIONS_PER_MINUTE: '100000',
  })
  const random = randomOf(SEED)
  const statuses: Record<number, number> = {}
  const faults: string[] = []
  try {
    const people = [await signUp(api.origin), await signUp(api.origin)]
    const operations = operationsOf(
      (await ask(api.origin, { method: 'GET', path: '/api/openapi.json' })).json() as never,
    )
    const ids = await thingsOf(people[1] as Person)
    let tokens = people.map(({ authorization }) => authorization)
    for (let done = 0; done < calls; done += AT_ONCE) {
      if (done % SIGN_IN_EVERY < AT_ONCE) tokens = await Promise.all(people.map((person) => signIn(api.origin, person)))
      const batch = Array.from({ length: Math.min(AT_ONCE, calls - done) }, () =>
        makeCall(random, { operations, tokens, ids }),
      )
      const replies = await Promise.all(batch.map((bytes) => askRaw(api.origin, bytes, REPLY_MS)))
      for (const [index, reply] of replies.entries()) {
        statuses[reply.status] = (statuses[reply.status] ?? 0) + 1
        const fault = judge(reply)
        if (fault)
          faults.push(
            `${fault}\n  ${batch[index]?.toString('latin1').slice(0, 600)}\n  ${reply.head.slice(0, 200)}\n  ${reply.body.slice(0, 400)}`,
          )
      }
    }
    if ((await ask(api.origin, { method: 'GET', path: '/healthz' })).status !== 200)
      faults.push('it is not alive any more')
    for (const line of api.words().split('\n'))
      if (/"level":(50|60)/.test(line)) faults.push(`logged: ${line.slice(0, 1500)}`)
    const { code } = await api.stop()
    if (code !== 0) faults.push(`it ended with ${code}`)
    return { calls, statuses, faults }
  } finally {
    api.kill('SIGKILL')
    await api.exit
    await database.drop()
    await home.remove()
  }
}

function judge({ status, body, isCutOff }: RawReply): string | undefined {
  if (isCutOff) return `no end within ${REPLY_MS} ms`
  if (status >= 500) return `status ${status}`
  return LEAKS.filter((leak) => leak.test(body) && !/"openapi"|<!doctype/i.test(body)).map(
    (leak) => `the body tells ${leak}`,
  )[0]
}

async function signIn(origin: string, { email, password }: Person): Promise<string> {
  const reply = await ask(origin, jsonOf('POST', '/api/auth/login', { email, password }))
  return `Bearer ${String(reply.json()['accessToken'])}`
}

/** Ids that are there, so that a call comes further than "not found". */
async function thingsOf(person: Person): Promise<string[]> {
  const { tus, organizationId, userId } = person
  const upload = await tus.create({ length: 10, organizationId, filename: 'a.txt' })
  const whole = await tus.create({ length: 5, organizationId, filename: 'b.txt' }, Buffer.from('hello'))
  const session = await person.send('POST', `/api/organizations/${organizationId}/upload-sessions`, {})
  return [
    organizationId,
    organizationId,
    userId,
    pathOf(upload).split('/').at(-1) ?? '',
    String(whole.headers['trove-file-id']),
    String(session.json()['id']),
  ]
}

function operationsOf(document: { paths: Record<string, Record<string, never>> }): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { parameters = [], requestBody } = operation as {
        parameters?: Operation['parameters']
        requestBody?: { content: Record<string, { schema: Schema }> }
      }
      return {
        method: method.toUpperCase(),
        path,
        parameters,
        body: Object.values(requestBody?.content ?? {})[0]?.schema,
      }
    }),
  )
}

type World = { operations: Operation[]; tokens: string[]; ids: string[] }

function makeCall(random: Random, world: World): Buffer {
  const operation = random.pick(world.operations)
  const id = () =>
    random.chance(0.7)
      ? random.pick(world.ids)
      : random.chance(0.5)
        ? '01890000-0000-7000-8000-000000000000'
        : encode(random, random.pick(hostileStrings))
  const parametersIn = (place: string) => operation.parameters.filter((parameter) => parameter.in === place)
  const query = parametersIn('query')
    .filter(() => random.chance(0.5))
    .map(({ name, schema }) => `${name}=${encode(random, String(valueFor(random, schema)))}`)
  if (random.chance(0.1)) query.push(`${encode(random, random.pick(hostileStrings))}=1`, 'limit=1&limit=2')
  const made = operation.path.replaceAll(/\{\w+\}/g, id) + (query.length > 0 ? `?${query.join('&')}` : '')
  const path = random.chance(0.06) ? random.pick(hostilePaths) : made
  const method = random.chance(0.06) ? random.pick(oddMethods) : operation.method
  const body = bodyFor(random, operation)
  const headers = headersFor(random, world, body, operation.path)
  return Buffer.concat([
    Buffer.from(`${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`, 'latin1'),
    body ?? Buffer.alloc(0),
  ])
}

/** Mostly as a URL wants it. */
function encode(random: Random, text: string): string {
  if (random.chance(0.9)) return encodeURIComponent(text.toWellFormed()).slice(0, 8000)
  return text.replaceAll(/[\s?#]/g, '').slice(0, 2000) || '%'
}

function bodyFor(random: Random, { body, method, path }: Operation): Buffer | undefined {
  if (path.startsWith('/api/uploads') && random.chance(0.5)) return Buffer.alloc(random.below(12), 'hello, hello')
  if (body === undefined && random.chance(method === 'GET' ? 0.95 : 0.6)) return undefined
  const text = JSON.stringify(valueFor(random, body ?? {})) ?? ''
  if (random.chance(0.03)) return Buffer.from('['.repeat(random.pick([10, 1000, 100_000])))
  if (random.chance(0.03)) return Buffer.from('{"a":'.repeat(5000) + '1' + '}'.repeat(5000))
  if (random.chance(0.03)) return Buffer.from(text.slice(0, random.below(text.length + 1)))
  if (random.chance(0.02))
    return Buffer.from(text.replace('{', '{"__proto__":{"isAdministrator":true},"constructor":1,'))
  if (random.chance(0.02)) return Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe, 0x00])])
  if (random.chance(0.01)) return Buffer.alloc(1_100_000, '"')
  return Buffer.from(text)
}

function headersFor(random: Random, { tokens, ids }: World, body: Buffer | undefined, path: string): string[] {
  const headers = ['Host: trove.test', 'Connection: close']
  const isUpload = path.startsWith('/api/uploads')
  // Whoever signs out would not come far with the calls after it.
  if (random.chance(0.9) && !path.endsWith('/logout')) headers.push(`Authorization: ${random.pick(tokens)}`)
  if (body !== undefined)
    headers.push(
      `Content-Length: ${random.chance(0.99) ? body.length : random.pick(['-1', 'a', '1e3', '99999999999999999999'])}`,
    )
  if (body !== undefined || random.chance(0.05))
    headers.push(
      `Content-Type: ${random.chance(0.9) ? (isUpload ? 'application/offset+octet-stream' : 'application/json') : random.pick(['text/plain', 'multipart/form-data', 'application/json; charset=utf-16', '', 'a', '/', 'application/json, text/html'])}`,
    )
  if (isUpload) headers.push(...tusHeaders(random, ids[0] ?? ''))
  while (random.chance(0.25)) headers.push(random.pick(hostileHeaders))
  return headers
}

function tusHeaders(random: Random, organizationId: string): string[] {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const number = () =>
    random.pick([
      '0',
      '5',
      '10',
      '-1',
      '1.5',
      '1e3',
      'NaN',
      '',
      '99999999999',
      '9007199254740993',
      '18446744073709551616',
      ' 5',
      '0x5',
    ])
  const filename = random.chance(0.5) ? 'a.txt' : random.pick(hostileStrings).slice(0, 2000).toWellFormed()
  const metadata = random.chance(0.8)
    ? `filename ${base64(filename)},organizationId ${base64(organizationId)}${random.chance(0.3) ? `,filetype ${base64(random.pick(hostileStrings).slice(0, 300).toWellFormed())}` : ''}`
    : random.pick([
        'filename',
        'filename ,',
        ',,,',
        'filename !!!',
        'filename /w==',
        'filename YQ==,filename YQ==',
        '=',
        `uploadSessionId ${base64('x')}`,
      ])
  return [
    ...(random.chance(0.9)
      ? [`Tus-Resumable: ${random.chance(0.9) ? '1.0.0' : random.pick(['0.2.2', '', '1.0.0, 1.0.0', 'ä'])}`]
      : []),
    ...(random.chance(0.6) ? [`Upload-Length: ${number()}`] : []),
    ...(random.chance(0.6) ? [`Upload-Offset: ${number()}`] : []),
    ...(random.chance(0.6) ? [`Upload-Metadata: ${metadata}`] : []),
    ...(random.chance(0.2)
      ? [
          `Upload-Checksum: ${random.pick(['sha1 x', 'md5', 'sha256 AAAA', '', 'constructor AA==', '__proto__ AA==', 'sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk='])}`,
        ]
      : []),
    ...(random.chance(0.05)
      ? [
          random.pick([
            'Upload-Defer-Length: 1',
            'Upload-Concat: partial',
            'Upload-Concat: final;/a /b',
            'Upload-Length: 7',
          ]),
        ]
      : []),
  ]
}
