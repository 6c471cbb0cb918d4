-- 0009 uploads                                                    room: uploads
--
-- Why     Bytes on their way in. A row outlives completion by a day so that a client which lost
--         the last answer can still learn how it ended.
-- Locks   none: new tables only.
-- Undo    drop them.

create table upload_session (
  id uuid primary key,
  organization_id uuid not null references organization,
  created_by uuid not null references "user",
  status text not null default 'active' constraint upload_session_status_known
    check (status in ('active', 'paused', 'completed', 'failed', 'cancelled')),
  declared_files int,
  declared_bytes bigint,
  -- Sums over the uploads of it, those whose rows are gone included.
  total_bytes bigint not null default 0,
  completed_bytes bigint not null default 0,
  begun_files int not null default 0,
  completed_files int not null default 0,
  failed_files int not null default 0,
  cancelled_files int not null default 0,
  -- When the last byte of it arrived: a session that hears nothing for a day is closed.
  last_byte_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create trigger upload_session_updated_at before update on upload_session for each row execute function keep_updated_at();
create index upload_session_own on upload_session (organization_id, created_by, id desc);
create index upload_session_open on upload_session (last_byte_at) where status in ('active', 'paused');

create table upload (
  id uuid primary key,
  upload_session_id uuid not null references upload_session on delete cascade,
  organization_id uuid not null references organization,
  created_by uuid not null references "user",
  filename text not null,
  declared_type text,
  metadata text not null,
  length_bytes bigint not null constraint upload_length_positive check (length_bytes > 0),
  offset_bytes bigint not null default 0,
  status text not null default 'pending' constraint upload_status_known
    check (status in ('pending', 'uploading', 'paused', 'checking', 'completed', 'failed', 'cancelled')),
  media_type text,
  sha256 bytea,
  -- Where the bytes go when they are all there; written down before they are moved, so a crash between can be mended
  -- and the sweep leaves them alone. Null once the upload has ended: then the blob says where its bytes are.
  object_key text,
  file_id uuid,
  failure_kind text,
  failure text,
  expires_at timestamptz not null,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint upload_offset_within check (offset_bytes between 0 and length_bytes),
  constraint upload_file_when_completed check ((status = 'completed') = (file_id is not null))
);
create trigger upload_updated_at before update on upload for each row execute function keep_updated_at();
create index upload_of_session on upload (upload_session_id, id);
create index upload_open on upload (expires_at) where status in ('pending', 'uploading', 'paused', 'checking');
create index upload_ended on upload (ended_at) where ended_at is not null;
create unique index upload_object_key on upload (object_key) where object_key is not null;
