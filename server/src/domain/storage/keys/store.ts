import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db/index.ts'

export type WrappedKey = { organizationId: string; wrapped: Buffer; masterKeyId: string }

export function getKey(db: Db, organizationId: string): Promise<WrappedKey | undefined> {
  return db
    .selectFrom('organization_key')
    .select(['organization_id as organizationId', 'wrapped', 'master_key_id as masterKeyId'])
    .where('organization_id', '=', organizationId)
    .executeTakeFirst()
}

/** False when there is one already, and when the organization is being erased: then it gets none any more. */
export async function insertKey(tx: Tx, key: WrappedKey): Promise<boolean> {
  const { numAffectedRows } = await sql`
    insert into organization_key (organization_id, wrapped, master_key_id)
    select id, ${key.wrapped}, ${key.masterKeyId} from organization
    where id = ${key.organizationId} and status <> 'erasing' for share
    on conflict do nothing`.execute(tx)
  return Number(numAffectedRows ?? 0) === 1
}

/** Some keys that another master key wraps, locked; none that somebody else has locked. */
export async function lockKeysOfOthers(tx: Tx, masterKeyId: string, limit: number): Promise<WrappedKey[]> {
  return tx
    .selectFrom('organization_key')
    .select(['organization_id as organizationId', 'wrapped', 'master_key_id as masterKeyId'])
    .where('master_key_id', '<>', masterKeyId)
    .orderBy('organization_id')
    .limit(limit)
    .forUpdate()
    .execute()
}

export async function setWrapped(tx: Tx, key: WrappedKey): Promise<void> {
  await tx
    .updateTable('organization_key')
    .set({ wrapped: key.wrapped, master_key_id: key.masterKeyId })
    .where('organization_id', '=', key.organizationId)
    .execute()
}

export async function deleteKey(tx: Tx, organizationId: string): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('organization_key')
    .where('organization_id', '=', organizationId)
    .returning('organization_id')
    .executeTakeFirst()
  return deleted !== undefined
}

export type MasterKeyUse = { masterKeyId: string; organizations: number }

export async function countByMasterKey(db: Db): Promise<MasterKeyUse[]> {
  const { rows } = await sql<MasterKeyUse>`
    select master_key_id as "masterKeyId", count(*)::int as organizations from organization_key
    group by 1 order by 2 desc, 1`.execute(db)
  return rows
}

/** One key of each master key, to be tried. */
export async function listOneOfEach(db: Db): Promise<WrappedKey[]> {
  const { rows } = await sql<WrappedKey>`
    select distinct on (master_key_id) organization_id as "organizationId", wrapped, master_key_id as "masterKeyId"
    from organization_key order by master_key_id, organization_id`.execute(db)
  return rows
}

export type KeptObjects = { framedObjects: number; framedBytes: number; plainObjects: number; plainBytes: number }

/** Objects that rows speak of, by how they are kept: the version of the uuid in the key says it. Bytes are plain ones. */
export async function countObjects(db: Db): Promise<KeptObjects> {
  const { rows } = await sql<KeptObjects>`
    select
      count(*) filter (where is_framed)::int as "framedObjects",
      coalesce(sum(bytes) filter (where is_framed), 0)::bigint as "framedBytes",
      count(*) filter (where not is_framed)::int as "plainObjects",
      coalesce(sum(bytes) filter (where not is_framed), 0)::bigint as "plainBytes"
    from (
      select object_key ~ '-8[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}(\\.[a-z0-9]+)?$' as is_framed, size_bytes as bytes
      from (
        select object_key, size_bytes from blob
        union all select object_key, size_bytes from variant
        union all select object_key, size_bytes from bare_copy where object_key is not null
      ) as object
    ) as kept`.execute(db)
  return rows[0] ?? { framedObjects: 0, framedBytes: 0, plainObjects: 0, plainBytes: 0 }
}
