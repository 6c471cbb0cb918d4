-- 0008 media                                                        room: media
--
-- Why     What was found out about the bytes and what was made of them. Both belong to the blob:
--         the same picture uploaded twice is probed and rendered once.
-- Locks   none: new tables only.
-- Undo    drop them.

create table media (
  blob_id uuid primary key references blob on delete cascade,
  width_pixels int,
  height_pixels int,
  duration_ms bigint,
  pages int,
  -- A few pixels as WebP, shown blurred until the thumbnail is there.
  blur bytea,
  facts jsonb not null default '{}',
  created_at timestamptz not null default now()
);

create table variant (
  id uuid primary key,
  blob_id uuid not null references blob on delete cascade,
  name text not null constraint variant_name_known check (name in ('thumbnail', 'medium', 'large', 'poster', 'preview')),
  media_type text not null,
  width_pixels int not null,
  height_pixels int not null,
  size_bytes bigint not null,
  object_key text not null unique,
  created_at timestamptz not null default now(),
  constraint variant_once unique (blob_id, name)
);
