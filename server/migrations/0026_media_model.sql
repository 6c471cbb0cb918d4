-- 0026 media model                                            rooms: files, media
--
-- Why     When a file happened, where and with what, beside when it came; tags; steps of processing with a state each;
--         more than one format and more than one page of what stands for a file; the text of documents.
-- Locks   file and variant, for as long as it takes to write the new columns of every row once.
-- Undo    drop the tables and columns; nothing else refers to them.

alter table file
  -- The instant, and what a clock on the wall showed: the camera's, corrected by hand, else when it was uploaded.
  add column happened_at timestamptz not null default now(),
  add column offset_minutes smallint not null default 0
    constraint file_offset_sane check (offset_minutes between -1080 and 1080),
  add column happened_from text not null default 'upload'
    constraint file_happened_from_known check (happened_from in ('upload', 'camera', 'hand')),
  add column description text not null default ''
    constraint file_description_length check (char_length(description) <= 10000),
  -- Copied from what the current version says of itself, so that lists filter without a join.
  add column camera text,
  add column latitude double precision,
  add column longitude double precision;
update file set happened_at = created_at;
alter table file
  add column local_at timestamp not null
    generated always as ((happened_at at time zone 'UTC') + offset_minutes * interval '1 minute') stored;
create index file_happened on file (organization_id, local_at desc, id desc)
  where trashed_at is null and kind in ('image', 'video');

create table tag (
  id uuid primary key,
  organization_id uuid not null references organization,
  name text not null constraint tag_name_length check (char_length(name) between 1 and 80),
  created_by uuid not null references "user",
  created_at timestamptz not null default now()
);
create unique index tag_name_once on tag (organization_id, lower(name));

create table file_tag (
  file_id uuid not null references file on delete cascade,
  tag_id uuid not null references tag on delete cascade,
  organization_id uuid not null references organization,
  created_at timestamptz not null default now(),
  primary key (file_id, tag_id)
);
create index file_tag_newest on file_tag (tag_id, file_id desc);

-- What is done with stored bytes, step by step. A step that has no row was never asked for.
create table step (
  blob_id uuid not null references blob on delete cascade,
  name text not null,
  organization_id uuid not null references organization,
  -- Of the step's own making: one done by an older revision may be run again.
  revision int not null,
  status text not null default 'waiting' constraint step_status_known
    check (status in ('waiting', 'running', 'done', 'failed', 'skipped')),
  -- The share of it that is done, from 0 to 1.
  progress real not null default 0 constraint step_progress_share check (progress between 0 and 1),
  attempts int not null default 0,
  reason text constraint step_reason_known
    check (reason in ('damaged', 'unsupported', 'too-large', 'too-slow', 'too-much-memory', 'crashed', 'fault')),
  failure text,
  asked_at timestamptz not null default now(),
  began_at timestamptz,
  ended_at timestamptz,
  primary key (blob_id, name),
  constraint step_failure_told check ((status = 'failed') = (failure is not null and reason is not null))
);
create index step_failed on step (name, reason, ended_at desc) where status = 'failed';
create index step_open on step (name, asked_at) where status in ('waiting', 'running');
create index step_revision on step (name, revision);

alter table variant
  -- The page of a document, counted from 1; the longest side of one made to measure; 0 of the others.
  add column number int not null default 0,
  add column facts jsonb not null default '{}',
  drop constraint variant_once,
  add constraint variant_once unique (blob_id, name, media_type, number),
  drop constraint variant_name_known,
  add constraint variant_name_known check (name in (
    'thumbnail', 'medium', 'large', 'poster', 'preview', 'page', 'sheet', 'proxy', 'waveform', 'sized'));

create table document_text (
  blob_id uuid not null references blob on delete cascade,
  -- The page, counted from 1; 1 for text that has none.
  number int not null,
  organization_id uuid not null references organization,
  content text not null,
  primary key (blob_id, number)
);
