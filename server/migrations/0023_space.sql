-- 0023 space                                               rooms: storage, ops
--
-- Why     What an upload has set aside is a row of its own, so that it can be given back exactly once and found when it was
--         not; quota.reserved_bytes stays the sum of them, changed in the same transaction. Where the bytes of an
--         organization are is measured now and then and kept, so that looking at it costs the same at any size. What was
--         done by the clock is written down with what came of it.
-- Locks   none but for reading upload, for the moment that the open ones of it take to copy.
-- Old server, new schema   works, and writes no reservations: what it reserves meanwhile and a new server releases is
--         given back by the next recount.
-- Undo    drop the tables; quota.reserved_bytes is right without them.

-- No foreign key to the upload: a reservation outlives whatever happens to that, so that it is noticed.
create table reservation (
  upload_id uuid primary key,
  organization_id uuid not null references organization,
  bytes bigint not null constraint reservation_not_negative check (bytes >= 0),
  -- Then it is looked at again: one whose upload goes on is kept for longer, any other is released.
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index reservation_of_organization on reservation (organization_id);
create index reservation_expires_at on reservation (expires_at);

insert into reservation (upload_id, organization_id, bytes, expires_at)
select id, organization_id, length_bytes, expires_at from upload
where status in ('pending', 'uploading', 'paused', 'checking');

-- Where the bytes of an organization were when it was last measured: what they are, how many and of how many things.
create table space_measure (
  organization_id uuid primary key references organization,
  measured_at timestamptz not null,
  took_ms int not null,
  parts jsonb not null
);

-- The same by kind, person and folder, and the biggest files; written anew with each measure.
create table space_share (
  organization_id uuid not null references organization,
  dimension text not null constraint space_share_dimension_known check (dimension in ('kind', 'person', 'folder', 'file')),
  key text not null,
  -- Whose the file is.
  user_id uuid,
  bytes bigint not null,
  file_count bigint not null,
  constraint space_share_once primary key (organization_id, dimension, key)
);
create index space_share_biggest on space_share (organization_id, dimension, bytes desc, key);

create table upkeep_run (
  id uuid primary key,
  task text not null,
  is_dry_run boolean not null,
  -- Null: the clock.
  asked_by uuid references "user",
  state text not null constraint upkeep_run_state_known check (state in ('waiting', 'running', 'done', 'failed')),
  began_at timestamptz,
  -- The last sign of life of one that runs.
  heard_at timestamptz,
  ended_at timestamptz,
  -- How far it has come, and of how much where that is known.
  done_count bigint,
  total_count bigint,
  tally jsonb not null default '[]',
  has_effect boolean not null default false,
  failure text,
  created_at timestamptz not null default now(),
  constraint upkeep_run_failure_told check ((state = 'failed') = (failure is not null))
);
create index upkeep_run_newest on upkeep_run (task, id desc);
