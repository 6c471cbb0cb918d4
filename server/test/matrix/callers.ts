import { rights as allRights, scopes as allScopes, type Right, type Role, type Scope } from '@trove/contract/access'
import type { UserActor } from '../../src/platform/actor.ts'
import { bearer, makeGrant, makeKey, makeLink, makeMember, makeOrganization, makeTeam, makeUser } from '../make.ts'
import { OPEN_MARK, plantPlace, type Ids, type Planted } from './planted.ts'

/** How far somebody comes, said in the words of the contract. From this and from what an endpoint requires, the outcome follows. */
export type Standing =
  | { kind: 'nobody' }
  | { kind: 'link'; isOwn: boolean; rights: readonly Right[] }
  | {
      kind: 'user'
      role?: Role
      /** On the file, and on the folder that it is in. */
      onFile: readonly Right[]
      onFolder: readonly Right[]
      scopes?: readonly Scope[]
      isAdministrator?: boolean
      /** Whose the upload, the sessions and the keys among the ids are. */
      isOwner?: boolean
    }

export type Caller = {
  name: string
  headers: Record<string, string>
  standing: Standing
  /** What they ask about. */
  ids: Ids
  /** Ids of things that are theirs, where they have some. */
  own?: Ids
}

/** Makes a caller in a world; every one anew, so that what they change is theirs alone. */
export type Casting = {
  name: string
  standing: Standing
  cast: (planted: Planted) => Promise<Omit<Caller, 'name' | 'standing'>>
}

const NOTHING = { onFile: [], onFolder: [] } as const
const EVERYTHING = { onFile: allRights, onFolder: allRights } as const

async function as(planted: Planted, user: UserActor, ids: Ids = planted.ids) {
  return { headers: await bearer(planted.t.platform, user), ids }
}

async function member(planted: Planted, role: Role = 'member'): Promise<UserActor> {
  const user = await makeUser(planted.t.platform)
  await makeMember(planted.t.platform, planted.organizationId, user, role)
  return user
}

const grant = ({ t, organizationId }: Planted, about: Omit<Parameters<typeof makeGrant>[1], 'organizationId'>) =>
  makeGrant(t.platform, { organizationId, ...about })

/** No token, none that is genuine, or one that is over although its user could see everything. */
function nobodies(): Casting[] {
  const nobody = { kind: 'nobody' } as const
  const ended = (name: string, end: (planted: Planted, user: UserActor) => Promise<unknown>): Casting => ({
    name,
    standing: nobody,
    async cast(planted) {
      const user = await member(planted, 'admin')
      await end(planted, user)
      return as(planted, user)
    },
  })
  return [
    { name: 'nobody', standing: nobody, cast: async ({ ids }) => ({ headers: {}, ids }) },
    {
      name: 'a token that is none',
      standing: nobody,
      cast: async ({ ids }) => ({ headers: { authorization: 'Bearer a.b.c' }, ids }),
    },
    ended('an admin whose session was revoked', ({ t }, { sessionId }) =>
      t.platform.db.updateTable('session').set({ revoked_at: new Date() }).where('id', '=', sessionId).execute(),
    ),
    ended('an admin who is suspended', ({ t }, { userId }) =>
      t.platform.db.updateTable('user').set({ suspended_at: new Date() }).where('id', '=', userId).execute(),
    ),
    {
      name: 'an API key that was revoked',
      standing: nobody,
      async cast({ t, owner, ids }) {
        const { id, authorization } = await makeKey(t.platform, owner, allScopes)
        await t.platform.db.updateTable('api_key').set({ revoked_at: new Date() }).where('id', '=', id).execute()
        return { headers: { authorization }, ids }
      },
    },
    {
      name: 'an API key that has expired',
      standing: nobody,
      async cast({ t, owner, ids }) {
        const { id, authorization } = await makeKey(t.platform, owner, allScopes)
        await t.platform.db
          .updateTable('api_key')
          .set({ expires_at: new Date(0) })
          .where('id', '=', id)
          .execute()
        return { headers: { authorization }, ids }
      },
    },
  ]
}

/** Signed in, and without any right on what is asked about. */
function outsiders(): Casting[] {
  return [
    {
      name: 'the owner of another organization',
      standing: { kind: 'user', ...NOTHING },
      async cast(planted) {
        const user = await makeUser(planted.t.platform)
        const { id: organizationId } = await makeOrganization(planted.t.platform, user)
        const place = await plantPlace(planted.t, { organizationId, owner: user, mark: 'own' })
        const own = {
          organizationId,
          ...place,
          parentId: place.folderId,
          resourceId: place.fileId,
          userId: user.userId,
        }
        return { ...(await as(planted, user)), own }
      },
    },
    {
      name: 'the administrator of the installation',
      standing: { kind: 'user', isAdministrator: true, ...NOTHING },
      cast: async (planted) => as(planted, await makeUser(planted.t.platform, { isAdministrator: true })),
    },
    {
      name: 'somebody who was removed',
      standing: { kind: 'user', ...NOTHING },
      async cast(planted) {
        const user = await member(planted)
        await grant(planted, { resourceId: folderOf(planted), to: { user: user.userId } })
        await planted.t.platform.db.deleteFrom('organization_member').where('user_id', '=', user.userId).execute()
        return as(planted, user)
      },
    },
    {
      name: 'a member without a grant',
      standing: { kind: 'user', role: 'member', ...NOTHING },
      cast: async (planted) => as(planted, await member(planted)),
    },
    {
      name: 'a member whose grant is over',
      standing: { kind: 'user', role: 'member', ...NOTHING },
      async cast(planted) {
        const user = await member(planted)
        const expiresAt = new Date(Date.now() - 1_000)
        await grant(planted, { resourceId: folderOf(planted), to: { user: user.userId }, expiresAt })
        return as(planted, user)
      },
    },
    {
      name: 'a member with a grant on something else',
      standing: { kind: 'user', role: 'member', ...NOTHING },
      async cast(planted) {
        const user = await member(planted)
        const { t, organizationId, owner } = planted
        const { folderId } = await plantPlace(t, { organizationId, owner, mark: OPEN_MARK })
        await grant(planted, { resourceId: folderId, to: { user: user.userId } })
        return as(planted, user)
      },
    },
  ]
}

const folderOf = ({ ids }: Planted): string => String(ids['folderId'])

function withRead(right: Right): Right[] {
  return right === 'read' ? ['read'] : ['read', right]
}

/** Each right alone, by each way in which it can come. */
function holders(): Casting[] {
  return allRights.flatMap((right): Casting[] => {
    const rights = withRead(right)
    const both = { onFile: rights, onFolder: rights }
    return [
      {
        name: `a member with ${right} on the file`,
        standing: { kind: 'user', role: 'member', onFile: rights, onFolder: [] },
        async cast(planted) {
          const user = await member(planted)
          await grant(planted, { resourceId: String(planted.ids['fileId']), to: { user: user.userId }, rights })
          return as(planted, user)
        },
      },
      {
        name: `a member with ${right} on the folder above`,
        standing: { kind: 'user', role: 'member', ...both },
        async cast(planted) {
          const user = await member(planted)
          await grant(planted, { resourceId: folderOf(planted), to: { user: user.userId }, rights })
          return as(planted, user)
        },
      },
      {
        name: `a member with ${right} by a team`,
        standing: { kind: 'user', role: 'member', ...both },
        async cast(planted) {
          const user = await member(planted)
          const { t, organizationId, owner } = planted
          const team = await makeTeam(t.platform, { organizationId, maker: owner, members: [user] })
          await grant(planted, { resourceId: folderOf(planted), to: { team: team.id }, rights })
          return as(planted, user)
        },
      },
      {
        name: `a member with ${right} because the whole organization has it`,
        standing: { kind: 'user', role: 'member', ...both },
        cast: async (planted) => as(planted, await member(planted), await openPlace(planted, rights)),
      },
    ]
  })
}

/** A place of its own: what the whole organization may see would be seen by all the others too. */
async function openPlace(planted: Planted, rights: readonly Right[]): Promise<Ids> {
  const { t, organizationId, owner, ids } = planted
  const { fileId, folderId, eventId } = await plantPlace(t, { organizationId, owner, mark: OPEN_MARK })
  await grant(planted, { resourceId: folderId, to: { organization: organizationId }, rights })
  return { ...ids, fileId, folderId, eventId, afterFileId: fileId, parentId: folderId, resourceId: fileId }
}

function guests(): Casting[] {
  const rights: Right[] = ['read', 'download']
  return [
    {
      name: 'a guest without a grant',
      standing: { kind: 'user', role: 'guest', ...NOTHING },
      cast: async (planted) => as(planted, await member(planted, 'guest')),
    },
    {
      name: 'a guest where the whole organization has it',
      standing: { kind: 'user', role: 'guest', ...NOTHING },
      cast: async (planted) => as(planted, await member(planted, 'guest'), await openPlace(planted, allRights)),
    },
    {
      name: 'a guest with a grant',
      standing: { kind: 'user', role: 'guest', onFile: rights, onFolder: rights },
      async cast(planted) {
        const user = await member(planted, 'guest')
        await grant(planted, { resourceId: folderOf(planted), to: { user: user.userId }, rights })
        return as(planted, user)
      },
    },
  ]
}

/** Keys of the owner, who may do everything: what they cannot do is what their scopes leave out. */
function keys(): Casting[] {
  const key = (name: string, scopes: readonly Scope[]): Casting => {
    const held = allRights.filter((right) => scopes.includes(right))
    return {
      name,
      standing: { kind: 'user', role: 'owner', isOwner: true, scopes, onFile: held, onFolder: held },
      async cast({ t, owner, ids }) {
        const { authorization } = await makeKey(t.platform, owner, scopes)
        return { headers: { authorization }, ids }
      },
    }
  }
  return [
    ...allScopes.map((scope) => key(`a key for ${scope} alone`, [scope])),
    ...allScopes.slice(1).map((scope) => key(`a key to read and ${scope}`, ['read', scope])),
    key('a key for everything', allScopes),
  ]
}

function linkHolders(): Casting[] {
  const open = (
    name: string,
    standing: Standing,
    link: (planted: Planted) => Promise<{ id: string; token: string }>,
    spoil: (planted: Planted, linkId: string) => Promise<unknown> = async () => undefined,
  ): Casting => ({
    name,
    standing,
    async cast(planted) {
      const { id, token } = await link(planted)
      // Copies without metadata are made elsewhere; here the original goes out, without its name.
      await planted.t.platform.db.updateTable('link').set({ keeps_metadata: true }).where('id', '=', id).execute()
      const reply = await planted.app.inject({ method: 'POST', url: '/api/links/open', payload: { token } })
      await spoil(planted, id)
      const isOwn = standing.kind !== 'link' || standing.isOwn
      const headers = { authorization: `Bearer ${String(reply.json().accessToken)}` }
      return { headers, ids: isOwn ? { ...planted.ids, linkId: id } : planted.ids }
    },
  })
  const rights: Right[] = ['read', 'download']
  const toThis = ({ t, organizationId, owner, ids }: Planted) =>
    makeLink(t.platform, { organizationId, maker: owner, resourceId: String(ids['folderId']), rights })
  return [
    open('whoever has opened a link to it', { kind: 'link', isOwn: true, rights }, toThis),
    open('whoever has opened a link to something else', { kind: 'link', isOwn: false, rights: [] }, async (planted) => {
      const { folderId } = await plantPlace(planted.t, planted)
      const { t, organizationId, owner } = planted
      return makeLink(t.platform, { organizationId, maker: owner, resourceId: folderId, rights })
    }),
    open('whoever had a link open that was revoked', { kind: 'nobody' }, toThis, ({ t }, linkId) =>
      t.platform.db.updateTable('link').set({ revoked_at: new Date() }).where('id', '=', linkId).execute(),
    ),
    open('whoever had a link open that has expired', { kind: 'nobody' }, toThis, ({ t }, linkId) =>
      t.platform.db
        .updateTable('link')
        .set({ expires_at: new Date(0) })
        .where('id', '=', linkId)
        .execute(),
    ),
  ]
}

/** Every kind of caller. */
export const castings: readonly Casting[] = [
  ...nobodies(),
  ...outsiders(),
  ...holders(),
  ...guests(),
  ...keys(),
  ...linkHolders(),
  {
    name: 'an admin',
    standing: { kind: 'user', role: 'admin', ...EVERYTHING },
    cast: async (planted) => as(planted, planted.admin),
  },
  {
    name: 'the owner',
    standing: { kind: 'user', role: 'owner', isOwner: true, ...EVERYTHING },
    cast: async (planted) => as(planted, planted.owner),
  },
]
