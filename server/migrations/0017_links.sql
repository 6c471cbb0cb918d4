-- 0017 links                                              rooms: links, media
--
-- Why     Who opened a link and from where, how often it was used, what of a download has arrived, and copies of
--         originals without metadata, made once for each blob. Signed downloads count in the same way as links.
-- Locks   link, for the moment that columns with constant defaults take.
-- Undo    drop the tables and columns; objects of bare copies are then removed by the sweep.

alter table link
  -- False: a box that files can be put into and not looked into.
  add column shows_files boolean not null default true,
  add column keeps_names boolean not null default false,
  -- Visits that were opened before this are over: the terms for opening it have changed.
  add column opened_since timestamptz not null default '-infinity';

create table link_visit (
  id uuid primary key,
  link_id uuid not null references link on delete cascade,
  ip inet not null,
  user_agent text,
  -- Proven by a code that was mailed there.
  email text,
  downloads int not null default 0,
  opened_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now()
);
create index link_visit_newest on link_visit (link_id, id desc);

-- A code that was mailed to whom a link is bound to. A newer one replaces it; it is good for a few tries.
create table link_code (
  link_id uuid primary key references link on delete cascade,
  code_hash bytea not null,
  tries_left int not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);

-- An original without its metadata. It belongs to the blob, like a variant. `withheld` says why there can be none.
create table bare_copy (
  blob_id uuid primary key references blob on delete cascade,
  object_key text unique,
  media_type text,
  size_bytes bigint,
  withheld text,
  created_at timestamptz not null default now(),
  constraint bare_copy_there_or_withheld
    check (num_nonnulls(object_key, media_type, size_bytes) = case when withheld is null then 3 else 0 end)
);

create table download_token (
  id uuid primary key,
  organization_id uuid not null references organization,
  user_id uuid not null references "user" on delete cascade,
  -- The session or API key that asked for it: when that ends, so does this.
  session_id uuid not null,
  token_hash bytea not null constraint download_token_once unique,
  -- One file, or several as a ZIP.
  file_id uuid references file on delete cascade,
  zip_file_ids uuid[],
  -- The folder whose paths the ZIP repeats; null: it has none.
  zip_root_id uuid,
  bound_ip inet,
  max_downloads int not null constraint download_token_max_positive check (max_downloads > 0),
  downloads int not null default 0,
  last_used_at timestamptz,
  last_used_ip inet,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint download_token_of_one check (num_nonnulls(file_id, zip_file_ids) = 1)
);
create index download_token_expires_at on download_token (expires_at);
create index download_token_of_user on download_token (user_id);

-- One delivery of one thing to one visitor, over as many responses as it takes. An open one takes up one of the
-- downloads that are allowed; it becomes one when all of it has been handed over, and is free again when its time is over.
create table delivery (
  id uuid primary key,
  link_id uuid references link on delete cascade,
  visit_id uuid references link_visit on delete cascade,
  download_token_id uuid references download_token on delete cascade,
  -- The entity tag of what is delivered: other bytes are another delivery.
  etag text not null,
  size_bytes bigint not null,
  -- Handed over by responses that came to their end, and by those that were cut off.
  finished int8multirange not null default '{}',
  cut int8multirange not null default '{}',
  sent_bytes bigint not null default 0,
  expires_at timestamptz not null,
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  constraint delivery_counts_for_one check (num_nonnulls(link_id, download_token_id) = 1),
  constraint delivery_of_visit check ((link_id is null) = (visit_id is null))
);
create index delivery_open_of_link on delivery (link_id) where link_id is not null and completed_at is null;
create index delivery_open_of_token on delivery (download_token_id)
  where download_token_id is not null and completed_at is null;
create index delivery_of_visit on delivery (visit_id) where visit_id is not null;
create index delivery_expires_at on delivery (expires_at);

-- A response that is being sent. Its process says again and again that it lives; one that has died holds nothing up.
create table delivery_part (
  id uuid primary key,
  delivery_id uuid not null references delivery on delete cascade,
  span int8range not null,
  alive_until timestamptz not null
);
create index delivery_part_of_delivery on delivery_part (delivery_id);
