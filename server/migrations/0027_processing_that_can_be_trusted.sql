-- 0027 processing that can be trusted                                 rooms: media
--
-- Why     Who looks at a file has its steps done first; two workers never do the same step at once; steps that are paused
--         stay so over restarts, for every worker; a new step, or one that is made otherwise, is asked for over old files.
-- Locks   step, for an instant; creating its index reads it once.
-- Undo    drop the columns and the tables; nothing else refers to them.

alter table step
  -- Asked for over files that were there before, in bulk: last of all, and announced to nobody.
  add column is_old boolean not null default false,
  -- Somebody looks at the file and waits for it.
  add column raised_at timestamptz,
  -- The last sign of life of whoever runs it.
  add column heard_at timestamptz;
create index step_ended on step (ended_at desc) where ended_at is not null;

create table step_pause (
  name text primary key,
  paused_at timestamptz not null default now(),
  paused_by uuid references "user" on delete set null
);

-- One asking for a step over old files, and how far it has come. One at a time for each step.
create table step_again (
  name text primary key,
  revision int not null,
  -- The last blob that was looked at, in the order of their ids.
  after_blob_id uuid,
  -- None that came later is looked at: they are asked for as they come.
  until_blob_id uuid,
  seen_count bigint not null default 0,
  asked_count bigint not null default 0,
  total_count bigint not null default 0,
  -- The administrator who asked; null: the command line.
  asked_by uuid references "user" on delete set null,
  asked_at timestamptz not null default now(),
  ended_at timestamptz
);
