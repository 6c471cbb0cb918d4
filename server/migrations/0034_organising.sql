-- 0034 organising                                             rooms: files, links
--
-- Why     A tag that is there already is told as such. What was done to many files at once is undone as it was done: what
--         each of them was before is kept for a day.
-- Locks   tag, for the moment that a name takes; file, for that of a column and while an index of it is made.
-- Undo    drop the tables and the column, rename the index back. An old server leaves new files undated; the night asks them.

-- As with names of teams: told as `name-taken`.
alter index tag_name_once rename to tag__name_taken;

create table file_change (
  id uuid primary key,
  organization_id uuid not null references organization,
  created_by uuid not null references "user",
  created_at timestamptz not null default now(),
  -- What was done to all of them, as it was asked for.
  change jsonb not null,
  undone_at timestamptz
);
create index file_change_age on file_change (created_at);

create table file_change_before (
  change_id uuid not null references file_change on delete cascade,
  file_id uuid not null references file on delete cascade,
  organization_id uuid not null references organization,
  -- What was there before and what has taken its place: undone only while it is still there.
  was jsonb not null,
  became jsonb not null,
  primary key (change_id, file_id)
);
create index file_change_before_file on file_change_before (file_id);

-- Whether a file has been asked when it happened: those from before are, in the night.
alter table file add column is_dated boolean not null default false;
create index file_undated on file (id) where not is_dated;

-- Whether what was said of each file is in a ZIP beside it.
alter table download_token add column zip_has_sidecars boolean not null default false;
