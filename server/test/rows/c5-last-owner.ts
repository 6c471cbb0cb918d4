import { newId } from '../../src/platform/ids.ts'
import { bearer, makeMember, makeOrganization, makeUser } from '../make.ts'
import { jsonOf } from '../server.ts'
import { openWorld, type World } from '../tenant.ts'
import { ask } from '../tus.ts'

const REGISTRATIONS = 30
const OWNERS = 10

/** Of so many registrations of one address at once: how many made an account; and how many owners the race of all owners against each other left. */
export async function race(rounds: number): Promise<{ accounts: number[]; ownersLeft: number[]; statuses: number[] }> {
  const world = await openWorld({ REGISTRATIONS_PER_MINUTE: '1000000', LOGIN_FAILURES_PER_MINUTE: '1000000' })
  const accounts: number[] = []
  const ownersLeft: number[] = []
  const statuses = new Set<number>()
  const note = (replies: { status: number }[]) => {
    for (const { status } of replies) statuses.add(status)
    return replies
  }
  try {
    for (let round = 0; round < rounds; round++) {
      accounts.push(await register(world, note))
      ownersLeft.push(await dethrone(world, note))
    }
    return { accounts, ownersLeft, statuses: [...statuses] }
  } finally {
    await world.t.stop()
  }
}

type Note = (replies: { status: number }[]) => { status: number }[]

async function register({ origin, t }: World, note: Note): Promise<number> {
  const email = `same-${newId()}@example.org`
  const spelled = (index: number) => (index % 2 === 0 ? email : email.toUpperCase())
  const body = { password: 'correct horse battery staple', name: 'Same' }
  note(
    await Promise.all(
      Array.from({ length: REGISTRATIONS }, (_, index) =>
        ask(origin, jsonOf('POST', '/api/auth/register', { ...body, email: spelled(index) })),
      ),
    ),
  )
  const rows = await t.platform.db.selectFrom('user').select('email').execute()
  return rows.filter((row) => row.email.toLowerCase() === email).length
}

/** Every owner leaves, demotes the next or removes the one after, all at once. */
async function dethrone({ origin, t }: World, note: Note): Promise<number> {
  const { platform } = t
  const owners = await Promise.all(Array.from({ length: OWNERS }, () => makeUser(platform)))
  const { id } = await makeOrganization(platform, owners[0] as never)
  for (const owner of owners.slice(1)) await makeMember(platform, id, owner, 'owner')
  const headers = await Promise.all(owners.map((owner) => bearer(platform, owner)))
  const path = `/api/organizations/${id}`
  note(
    await Promise.all(
      owners.map((_, index) => {
        const authorization = headers[index]?.authorization
        const next = `${path}/members/${owners[(index + 1) % OWNERS]?.userId}`
        if (index % 3 === 0) return ask(origin, jsonOf('POST', `${path}/leave`, undefined, authorization))
        if (index % 3 === 1) return ask(origin, jsonOf('DELETE', next, undefined, authorization))
        return ask(origin, jsonOf('PATCH', next, { role: 'member' }, authorization))
      }),
    ),
  )
  // Whoever is left tries alone.
  for (const [index, owner] of owners.entries()) {
    const own = `${path}/members/${owner.userId}`
    note([await ask(origin, jsonOf('PATCH', own, { role: 'admin' }, headers[index]?.authorization))])
    note([await ask(origin, jsonOf('POST', `${path}/leave`, undefined, headers[index]?.authorization))])
  }
  const rows = await platform.db
    .selectFrom('organization_member')
    .select('user_id')
    .where('organization_id', '=', id)
    .where('role', '=', 'owner')
    .execute()
  return rows.length
}
