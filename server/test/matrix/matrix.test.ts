import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { endpoints } from '@trove/contract/all'
import type { Endpoint } from '@trove/contract/endpoint'
import type { FastifyInstance } from 'fastify'
import { newId } from '../../src/platform/ids.ts'
import { startTestPlatform, type TestPlatform } from '../platform.ts'
import { castings, type Caller, type Casting } from './callers.ts'
import { outcomeOf, type Outcome } from './expected.ts'
import { bare, faultIn, fingerprint, type Answer, type Fault } from './judge.ts'
import { plant, type Ids, type Planted } from './planted.ts'
import { requestFor, unknownParameters } from './requests.ts'
import { memberNames } from './strict.ts'
import { headerTricks, idTricks, metadataTricks, pathTricks } from './tricks.ts'

const AT_ONCE = 8
const NO_LIMITS = {
  LOGIN_FAILURES_PER_MINUTE: '1000000',
  REGISTRATIONS_PER_MINUTE: '1000000',
  DOWNLOADS_PER_MINUTE: '1000000',
}

const isRead = ({ method }: Endpoint) => method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
const isForAnyone = ({ requires }: Endpoint) => requires.kind === 'anyone'

/** Every endpoint of the contract as every kind of caller. What must come of it follows from what the endpoint requires. */
describe('the matrix of who may do what', () => {
  let t: TestPlatform
  let app: FastifyInstance
  let planted: Planted
  let callers: Caller[]
  before(async () => {
    t = await startTestPlatform(NO_LIMITS)
    app = (await t.api()).app
    planted = await plant(t, app)
    callers = await Promise.all(
      castings.map(async ({ name, standing, cast }) => ({ name, standing, ...(await cast(planted)) })),
    )
  })
  after(() => t.stop())

  let asked = 0
  function call(request: ReturnType<typeof requestFor>): Promise<Answer> {
    // Limits count by address too; nobody here is one machine.
    asked += 1
    const remoteAddress = `10.${(asked >> 16) & 255}.${(asked >> 8) & 255}.${asked & 255}`
    return app.inject({ ...request, remoteAddress })
  }
  const callAs = (endpoint: Endpoint, { headers, ids }: Pick<Caller, 'headers' | 'ids'>) =>
    call(requestFor(endpoint, ids, headers))

  const as = (name: string): Caller => callers.find((caller) => caller.name === name) as Caller

  test('the router serves exactly the endpoints of the contract', () => {
    const declared = endpoints.map(({ method, path }) => `${method} /api${path}`)
    const served = routesOf(app).filter((route) => / \/api\//.test(route) && !route.includes(' /api/docs'))
    assert.deepEqual(served.toSorted(), declared.toSorted())
    assert.equal(new Set(endpoints.map(({ id }) => id)).size, endpoints.length)
  })

  test('everything that a path can name is planted', () => {
    assert.deepEqual(unknownParameters(endpoints, planted.ids), [])
  })

  test('no response has a member for what is secret', () => {
    const told = endpoints.flatMap(({ id, response }) =>
      memberNames(response as never)
        .filter((name) => /hash|objectKey|password/i.test(name) && !/^(has|needs|may)/.test(name))
        .map((name) => `${id}: ${name}`),
    )
    assert.deepEqual(told, [])
  })

  test('whoever may not is refused, and told nothing; whoever may read is told no more than is declared', async () => {
    const print = await fingerprint(t)
    const pairs = callers.flatMap((caller) =>
      endpoints
        .map((endpoint) => ({ caller, endpoint, outcome: outcomeOf(endpoint, caller.standing) }))
        .filter(({ endpoint, outcome }) => typeof outcome === 'number' || (isRead(endpoint) && !isForAnyone(endpoint))),
    )
    const faults: Fault[] = []
    await eachOf(pairs, async ({ caller, endpoint, outcome }) => {
      const answer = await callAs(endpoint, caller)
      faults.push(...faultIn(endpoint, caller, outcome, answer))
      if (outcome !== 404 || endpoint.requires.kind === 'user') return
      // What is there and may not be read is told in the same words as what is not there.
      const unknown = await callAs(endpoint, { ...caller, ids: nowhere(caller.ids) })
      if (bare(unknown) !== bare(answer))
        faults.push({ endpoint, caller, words: `${bare(answer)}, and of what is not there ${bare(unknown)}` })
    })
    assert.deepEqual(report(faults), [])
    assert.deepEqual(await fingerprint(t), print, 'what was refused changed something')
    assert.ok(pairs.length > endpoints.length * 20, String(pairs.length))
  })

  test('what anyone may ask tells nobody anything', async () => {
    const faults: Fault[] = []
    for (const name of ['nobody', 'a token that is none', 'an admin who is suspended', 'a member without a grant'])
      for (const endpoint of endpoints.filter(isForAnyone))
        faults.push(...faultIn(endpoint, as(name), 'depends', await callAs(endpoint, as(name))))
    assert.deepEqual(report(faults), [])
  })

  test('no trick of path or header gets past', async () => {
    const print = await fingerprint(t)
    const faults: Fault[] = []
    const guarded = endpoints.filter((endpoint) => !isForAnyone(endpoint))
    const pairs = ['nobody', 'the owner of another organization', 'a member without a grant'].flatMap((name) =>
      guarded
        .map((endpoint) => ({ endpoint, caller: as(name), outcome: outcomeOf(endpoint, as(name).standing) }))
        .filter(({ outcome }) => typeof outcome === 'number'),
    )
    await eachOf(pairs, async ({ endpoint, caller }) => {
      const plain = requestFor(endpoint, caller.ids, caller.headers)
      const tricked = [
        ...pathTricks.map((trick) => ({ ...plain, url: trick(String(plain.url), caller.ids) })),
        ...headerTricks(caller.ids).map((headers) => ({ ...plain, headers: { ...plain.headers, ...headers } })),
      ]
      for (const request of tricked) {
        const answer = await call(request)
        const isPage = String(answer.headers['content-type']).startsWith('text/html')
        const hasPassed = answer.statusCode < 300 && !isPage
        const found = faultIn(endpoint, caller, 'depends', { ...answer, statusCode: Math.max(answer.statusCode, 400) })
        faults.push(...found)
        if (hasPassed)
          faults.push({
            endpoint,
            caller,
            words: `${String(request.url)} ${JSON.stringify(request.headers)}: ${answer.statusCode}`,
          })
      }
    })
    assert.deepEqual(report(faults), [])
    assert.deepEqual(await fingerprint(t), print, 'a trick changed something')
  })

  test('ids of what one may not see open nothing, wherever a request can carry them', async () => {
    const print = await fingerprint(t)
    const faults: Fault[] = []
    const strangers = ['the owner of another organization', 'a member without a grant', 'a guest without a grant'].map(
      as,
    )
    const tricks = strangers.flatMap((caller) =>
      [...idTricks(endpoints, planted.ids, caller), ...metadataTricks(endpoints, planted.ids, caller)].map((trick) => ({
        ...trick,
        stranger: caller,
      })),
    )
    for (const { endpoint, request, words, stranger } of tricks) {
      const answer = await call(request)
      faults.push(
        ...faultIn(endpoint, stranger, 'depends', answer).map((fault) => ({
          ...fault,
          words: `${words}: ${fault.words}`,
        })),
      )
    }
    assert.deepEqual(report(faults), [])
    const after_ = await fingerprint(t)
    assert.deepEqual(after_, print, 'an id in a body changed something')
  })

  // The last of them: these change things, and some of that goes on by itself.
  test('whoever may change something can, by the very right that it needs', async () => {
    const writes = endpoints.filter((endpoint) => !isRead(endpoint) && !isForAnyone(endpoint))
    const pairs = writes.flatMap((endpoint) =>
      castings
        .map((casting) => ({ endpoint, casting, outcome: outcomeOf(endpoint, casting.standing) }))
        .filter(({ casting, outcome }) => typeof outcome !== 'number' && isTelling(endpoint, casting, outcome)),
    )
    const faults: Fault[] = []
    const done = new Set<string>()
    await eachOf(pairs, async ({ endpoint, casting, outcome }) => {
      const world = await plant(t, app)
      const caller = { ...casting, ...(await casting.cast(world)) }
      const answer = await callAs(endpoint, caller)
      faults.push(...faultIn(endpoint, caller, outcome, answer))
      if (answer.statusCode < 300) done.add(endpoint.id)
    })
    assert.deepEqual(report(faults), [])
    const never = writes.map(({ id }) => id).filter((id) => !done.has(id) && !NEEDS_MORE.has(id))
    assert.deepEqual(never, [], 'nobody could do it at all: the request is not what is documented')
  })
})

/** They need a secret, a device or a confirmation that is made elsewhere; the tests of their rooms have it. */
const NEEDS_MORE = new Set([
  'trimToClip',
  // Only what is paused is resumed, and only what is under way is stopped.
  'resumeStep',
  'stopStepAgain',
  'addKnownBytes',
  'resumeUploadSession',
  'beginDirectUpload',
  'signDirectParts',
  'commitDirectParts',
  'changeEmail',
  'changePassword',
  'closeAccount',
  'setAvatar',
  'addPasskey',
  'beginLinking',
  'confirmIdentity',
  'confirmTotp',
  'removeTotp',
  'decideDeviceRequest',
  'findDeviceRequest',
  'askErasure',
  'cancelErasure',
  'confirmErasure',
  'addMember',
  'acceptMyOffer',
  'acceptOffer',
  'declineMyOffer',
  'retryProcessing',
  'scanFileAgain',
])

/** Of all who may, those who tell something: who may by one right alone, by a scope alone, or by nothing but their role. */
function isTelling(endpoint: Endpoint, { name }: Casting, outcome: Outcome): boolean {
  if (outcome === 'depends')
    return /^(a member without|a guest without|the owner$|a key for (share|upload) alone)/.test(name)
  if (endpoint.requires.kind === 'right')
    return name.includes(` with ${endpoint.requires.right} `) || /^a key to|^an admin$/.test(name)
  return /^(a member without|a guest without|an admin|the owner$|the administrator|a key for (?!everything)|whoever has opened a link to it)/.test(
    name,
  )
}

/** The router's own list, without the HEAD that comes with every GET unless it is served by itself. */
function routesOf(app: FastifyInstance): string[] {
  const above: string[] = []
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', segment = '', methods = ''] = /^(.*?)[└├]── (.*) \((.*)\)$/.exec(line) ?? []
      if (segment === '') return []
      const depth = indent.length / 4
      const path = `${(above[depth - 1] ?? '').replace(/\/$/, segment.startsWith('/') ? '' : '/')}${segment}`
      above[depth] = path
      const served = methods.split(', ')
      return served
        .filter((method) => method !== 'HEAD' || !served.includes('GET'))
        .map((method) => `${method} ${path}`)
    })
}

/** They name one of a few words or numbers, not a thing that is there or not. */
const CLOSED = new Set(['variant', 'side'])

const nowhere = (ids: Ids): Ids =>
  Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, CLOSED.has(name) ? id : newId()]))

async function eachOf<T>(values: readonly T[], act: (value: T) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < values.length) await act(values[next++] as T)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

/** One line for each endpoint: the first fault, and as whom else. */
function report(faults: readonly Fault[]): string[] {
  return [...Map.groupBy(faults, ({ endpoint }) => endpoint.id).values()].map((alike) => {
    const [first] = alike as [Fault]
    const { id, method, path } = first.endpoint
    const others = new Set(alike.map(({ caller }) => caller.name)).size - 1
    return `${id} (${method} ${path}) as ${first.caller.name}${others > 0 ? ` and ${others} others` : ''}: ${first.words}`
  })
}
