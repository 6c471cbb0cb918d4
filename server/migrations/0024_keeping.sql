-- 0024 keeping                                              rooms: storage, files, media
--
-- Why     Stored bytes are read again by the clock and compared with what they were: `verified_at` says when, `damage` what
--         was found. Originals that nobody fetches move to a cold tier and come back when they are asked for. Listings of
--         files read no further than the version, so what concerns them is copied there by a trigger, as is_barred is (0010).
-- Locks   blob, version, variant and bare_copy, for the moment that columns with constant defaults take; blob while its
--         indexes are built.
-- Undo    bring everything back from the cold tier first (docs/operating/storage.md says how), then drop triggers, tables
--         and columns.
-- Old server, new schema   works: it knows nothing of damage, and reads what is hot.

alter table blob
  -- When all of it was read back and compared last; null: not since it came.
  add column verified_at timestamptz,
  add column damaged_at timestamptz,
  -- missing: no object; changed: other bytes than it had; unreadable: the store fails to give them.
  add column damage text constraint blob_damage_known check (damage in ('missing', 'changed', 'unreadable')),
  add constraint blob_damage_dated check ((damage is null) = (damaged_at is null)),
  add column tier text not null default 'hot' constraint blob_tier_known check (tier in ('hot', 'cold')),
  -- The last day on which somebody fetched the original; the day it came, until then.
  add column fetched_on date not null default current_date,
  -- Set before bytes move between tiers and cleared when one copy is left; heard from each minute by whoever moves them.
  add column moving_at timestamptz,
  -- A variant or bare copy of it was lost: the room that makes them makes them again.
  add column derived_lost_at timestamptz;

create index blob_verified on blob (verified_at nulls first, id);
create index blob_damaged on blob (id) where damage is not null;
create index blob_untouched on blob (fetched_on, id) where tier = 'hot';
create index blob_cold on blob (id) where tier = 'cold';
create index blob_moving on blob (id) where moving_at is not null;
create index blob_derived_lost on blob (derived_lost_at) where derived_lost_at is not null;

alter table version add column damage text, add column tier text not null default 'hot';

create function copy_keeping() returns trigger language plpgsql as $$
begin
  update version set damage = new.damage, tier = new.tier where blob_id = new.id;
  return null;
end $$;
create trigger blob_kept_otherwise after update of damage, tier on blob
  for each row when (old.damage is distinct from new.damage or old.tier <> new.tier) execute function copy_keeping();

-- What was made of a blob has its hash too; null until it was read for the first time.
alter table variant add column sha256 bytea constraint variant_sha256_length check (length(sha256) = 32);
alter table bare_copy add column sha256 bytea constraint bare_copy_sha256_length check (length(sha256) = 32);

-- One reading of all, or of some: what it was about, how far it came, what it found.
create table verification (
  id uuid primary key,
  kind text not null constraint verification_kind_known check (kind in ('command', 'nightly')),
  organization_id uuid references organization,
  sample_percent double precision constraint verification_sample_range check (sample_percent > 0 and sample_percent < 100),
  began_at timestamptz not null default now(),
  ended_at timestamptz,
  blobs bigint not null default 0,
  bytes bigint not null default 0,
  missing bigint not null default 0,
  changed bigint not null default 0,
  unreadable bigint not null default 0,
  healed bigint not null default 0,
  derived_lost bigint not null default 0,
  -- Objects that no row mentions; null: not looked for.
  orphans bigint
);
create index verification_newest on verification (began_at desc);

-- Bytes on their way back from the cold tier: what is asked for once, how long it took, and what is before it.
create table recall (
  id uuid primary key,
  blob_id uuid not null references blob on delete cascade,
  size_bytes bigint not null,
  asked_at timestamptz not null default now(),
  began_at timestamptz,
  ended_at timestamptz
);
create unique index recall_under_way on recall (blob_id) where ended_at is null;
create index recall_ended on recall (ended_at) where ended_at is not null;

-- What `trove storage migrate` has copied to a target and read back there, so that it goes on where it was stopped.
create table moved_object (
  target text not null,
  object_key text not null,
  primary key (target, object_key)
);
