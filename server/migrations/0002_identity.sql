-- 0002 identity                                                  room: identity
--
-- Why     Accounts, their signed-in sessions and the trail of what was refused to them.
-- Locks   none: new tables only.
-- Undo    drop them.

create table installation (
  is_only boolean primary key default true constraint installation_is_only check (is_only),
  name text not null default 'Trove',
  registration_is_open boolean not null default true,
  updated_at timestamptz not null default now()
);
insert into installation default values;
create trigger installation_updated_at before update on installation for each row execute function keep_updated_at();

create table "user" (
  id uuid primary key,
  email text not null,
  name text not null,
  password_hash text not null,
  is_administrator boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index user__email_taken on "user" (lower(email));
create trigger user_updated_at before update on "user" for each row execute function keep_updated_at();

create table session (
  id uuid primary key,
  user_id uuid not null references "user" on delete cascade,
  ip inet,
  user_agent text,
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_because text,
  created_at timestamptz not null default now()
);
create index session_of_user on session (user_id, last_used_at desc);
create index session_expires_at on session (expires_at);

-- Only the SHA-256 of a token is kept. A token is spent once; `spent_at` opens the grace for a second tab.
create table refresh_token (
  token_hash bytea primary key,
  session_id uuid not null references session on delete cascade,
  spent_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index refresh_token_session on refresh_token (session_id);
create index refresh_token_expires_at on refresh_token (expires_at);
