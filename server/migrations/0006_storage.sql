-- 0006 storage                                                    room: storage
--
-- Why     Stored bytes, once for each organization, and what they are charged.
-- Locks   none: new tables only.
-- Undo    drop them.

create table quota (
  organization_id uuid primary key references organization,
  limit_bytes bigint not null,
  used_bytes bigint not null default 0,
  reserved_bytes bigint not null default 0,
  file_count bigint not null default 0,
  updated_at timestamptz not null default now(),
  constraint quota_not_negative check (limit_bytes >= 0 and used_bytes >= 0 and reserved_bytes >= 0 and file_count >= 0)
);
create trigger quota_updated_at before update on quota for each row execute function keep_updated_at();

create table blob (
  id uuid primary key,
  organization_id uuid not null references organization,
  sha256 bytea not null constraint blob_sha256_length check (length(sha256) = 32),
  size_bytes bigint not null constraint blob_size_positive check (size_bytes > 0),
  media_type text not null,
  object_key text not null unique,
  -- Set when the last version that pointed here is gone; the sweep asks again under a lock before it removes anything.
  unreferenced_at timestamptz,
  created_at timestamptz not null default now(),
  constraint blob_same_bytes_once unique (organization_id, sha256)
);
create index blob_unreferenced on blob (unreferenced_at) where unreferenced_at is not null;
