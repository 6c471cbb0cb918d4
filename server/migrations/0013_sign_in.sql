-- 0013 sign in                                                   room: identity
--
-- Why     More ways in than a password, and proof that it is really you: second factors, passkeys, sign-in by a provider
--         (OIDC), API keys, and sign-in of a program by a code that is confirmed elsewhere. Secrets are kept as SHA-256,
--         except that of an authenticator app, which must be read again: it is sealed with a key outside the database.
-- Locks   session, for the moment that columns with constant defaults take.
-- Old server, new schema   works: it asks for no second factor, so do not run both at once.
-- Undo    drop the tables, triggers and columns; whoever has no password can no longer sign in.

alter table session
  add column signed_in_by text not null default 'password',
  -- Hash of what the browser keeps for years, so that a sign-in from a new one can be told from one of always.
  add column device_hash bytea,
  -- When whoever uses this session last showed that it is them: the most delicate changes want it to be recent.
  add column confirmed_at timestamptz not null default now();
alter table session add constraint session_signed_in_by_known
  check (signed_in_by in ('password', 'passkey', 'oidc'));
create index session_of_device on session (user_id, device_hash) where device_hash is not null;
create index session_newest on session (user_id, id desc);

create table totp (
  user_id uuid primary key references "user" on delete cascade,
  sealed_secret bytea not null,
  -- Time step of the last code that was taken: neither it nor an older one is taken again.
  last_step bigint not null default 0,
  -- Null until a first code has shown that the app has the secret; until then it asks nobody for anything.
  confirmed_at timestamptz,
  created_at timestamptz not null default now()
);

create table recovery_code (
  code_hash bytea primary key,
  user_id uuid not null references "user" on delete cascade,
  used_at timestamptz,
  created_at timestamptz not null default now()
);
create index recovery_code_of_user on recovery_code (user_id);

create table passkey (
  id uuid primary key,
  user_id uuid not null references "user" on delete cascade,
  -- Chosen by the authenticator; base64url.
  credential_id text not null constraint passkey_credential_once unique,
  public_key bytea not null,
  sign_count bigint not null,
  transports text[] not null default '{}',
  name text not null,
  is_synced boolean not null,
  last_used_at timestamptz,
  created_at timestamptz not null default now()
);
create index passkey_of_user on passkey (user_id, id);

-- Kept here and not by the program, because two factors may be removed at the same moment: the row of the user is
-- locked first, so the second sees what the first left.
create function keep_second_factor() returns trigger language plpgsql as $$
declare
  whose uuid := coalesce(new.user_id, old.user_id);
begin
  perform from "user" where id = whose for no key update;
  update "user" set has_second_factor = now_has from (
    select exists (select from totp where user_id = whose and confirmed_at is not null)
        or exists (select from passkey where user_id = whose) as now_has) as found
  where id = whose and has_second_factor is distinct from now_has;
  return null;
end $$;
create trigger totp_second_factor after insert or update of confirmed_at or delete on totp
  for each row execute function keep_second_factor();
create trigger passkey_second_factor after insert or delete on passkey
  for each row execute function keep_second_factor();

create table linked_sign_in (
  id uuid primary key,
  user_id uuid not null references "user" on delete cascade,
  issuer text not null,
  subject text not null,
  -- As the provider told it when it was linked; for people to recognise, never to decide by.
  email text,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  constraint linked_sign_in_once unique (issuer, subject)
);
create index linked_sign_in_of_user on linked_sign_in (user_id, id);

create table api_key (
  id uuid primary key,
  user_id uuid not null references "user" on delete cascade,
  name text not null,
  token_hash bytea not null constraint api_key_token_once unique,
  -- Last characters of the token, for people to tell one key from another.
  ending text not null,
  scopes text[] not null,
  expires_at timestamptz,
  last_used_at timestamptz,
  last_used_ip inet,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);
create index api_key_of_user on api_key (user_id, id desc) where revoked_at is null;

create table device_request (
  id uuid primary key,
  device_code_hash bytea not null constraint device_request_code_once unique,
  user_code_hash bytea not null constraint device_request_user_code_once unique,
  name text not null,
  scopes text[] not null,
  ip inet not null,
  user_agent text,
  status text not null default 'pending'
    constraint device_request_status_known check (status in ('pending', 'approved', 'denied', 'taken')),
  user_id uuid references "user" on delete cascade,
  last_asked_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now()
);
create index device_request_expires_at on device_request (expires_at);

-- Challenges are signed, not kept; only those that were answered are remembered, until they would have expired.
create table spent_challenge (
  challenge_id uuid primary key,
  expires_at timestamptz not null
);
create index spent_challenge_expires_at on spent_challenge (expires_at);
