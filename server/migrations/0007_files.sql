-- 0007 files                                                        room: files
--
-- Why     Named things with versions. Lists go newest first, which is the order of the ids (UUIDv7),
--         so each list below is one index read backwards and its cursor is an id.
-- Locks   none: new tables only.
-- Undo    drop them.

create table file (
  id uuid primary key references resource,
  organization_id uuid not null references organization,
  created_by uuid not null references "user",
  name text not null constraint file_name_length check (char_length(name) between 1 and 255),
  kind text not null,
  current_version_id uuid not null,
  trashed_at timestamptz,
  trash_batch_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create trigger file_updated_at before update on file for each row execute function keep_updated_at();
create index file_newest on file (organization_id, id desc) include (created_at) where trashed_at is null;
create index file_newest_of_kind on file (organization_id, kind, id desc) include (created_at) where trashed_at is null;
create index file_newest_of_uploader on file (organization_id, created_by, id desc) include (created_at) where trashed_at is null;
create index file_trash on file (organization_id, id desc) where trashed_at is not null;
create index file_trash_batch on file (trash_batch_id) where trash_batch_id is not null;
create index file_trashed_at on file (trashed_at) where trashed_at is not null;
create index file_name_search on file using gin (name gin_trgm_ops);

create table version (
  id uuid primary key,
  file_id uuid not null references file on delete cascade,
  number int not null,
  blob_id uuid not null references blob,
  -- Copied from the blob and, when processing settles, from what was made of it: a listing reads no further than here.
  media_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  width_pixels int,
  height_pixels int,
  duration_ms bigint,
  pages int,
  blur bytea,
  variants jsonb not null default '[]',
  status text not null default 'pending' constraint version_status_known
    check (status in ('pending', 'processing', 'ready', 'failed', 'infected')),
  failure text,
  created_by uuid not null references "user",
  created_at timestamptz not null default now(),
  constraint version_failure_told check ((status in ('failed', 'infected')) = (failure is not null)),
  constraint version_number_once unique (file_id, number)
);
create index version_blob on version (blob_id);
alter table file add constraint file_current_version
  foreign key (current_version_id) references version deferrable initially deferred;
