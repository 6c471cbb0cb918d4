-- 0012 accounts                                               rooms: identity
--
-- Why     What an account says of itself, secrets that are mailed to it, and the mails themselves. A suspended account
--         is refused everywhere; a closed one keeps its row, without a name, so that the trail keeps its meaning.
-- Locks   "user" for the moment that columns without a value take.
-- Undo    drop the tables and columns.
-- Old     an old server would let suspended accounts in: stop it first.

alter table "user"
  add column username text,
  add column email_verified_at timestamptz,
  add column last_sign_in_at timestamptz,
  add column phone text,
  add column time_zone text,
  add column language text,
  add column preferences jsonb not null default '{}',
  -- Names the picture that is shown, so that an address of it can be kept for ever; null without one.
  add column avatar_version text,
  add column suspended_at timestamptz,
  add column closed_at timestamptz;
create unique index user__username_taken on "user" (lower(username));
create index user_name_trgm on "user" using gin (
  (lower(name || ' ' || email || ' ' || coalesce(username, ''))) gin_trgm_ops);

-- Small and made by us: 256 pixels of WebP. It goes with the account, so it lies beside it.
create table avatar (
  user_id uuid primary key references "user" on delete cascade,
  bytes bytea not null,
  created_at timestamptz not null default now()
);

-- A secret that was mailed, kept only as its SHA-256. A newer one of the same purpose replaces it; using it deletes it.
create table mailed_token (
  token_hash bytea primary key,
  user_id uuid not null references "user" on delete cascade,
  purpose text not null constraint mailed_token_purpose_known
    check (purpose in ('verify-email', 'reset-password', 'change-email')),
  -- The address that it was sent to, and that it speaks for.
  email text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint mailed_token_purpose unique (user_id, purpose)
);
create index mailed_token_expires_at on mailed_token (expires_at);

-- What is sent, was sent or waits in the outbox. The body and the link, which may hold a secret, are kept no longer
-- than it takes to send them, or until they have expired.
create table mail (
  id uuid primary key,
  recipient text not null,
  subject text not null,
  body text,
  link_label text,
  link_path text,
  state text not null default 'waiting' constraint mail_state_known
    check (state in ('waiting', 'kept', 'sent', 'failed', 'expired')),
  failure text,
  expires_at timestamptz not null,
  sent_at timestamptz,
  created_at timestamptz not null default now()
);
create index mail_newest on mail (id desc);
create index mail_body_expires_at on mail (expires_at) where body is not null;
