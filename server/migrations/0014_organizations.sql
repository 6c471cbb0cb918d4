-- 0014 organizations                                       rooms: organizations
--
-- Why     What an organization says of itself, its plan, invitations by e-mail, and its erasing: asked for twice, delayed,
--         and taken back until it begins. The last owner is also kept by the database, whatever removes them.
-- Locks   organization, rewritten for its new columns: one row for each tenant. organization_member for its trigger.
-- Undo    drop the tables, triggers and columns; nothing else refers to them.

alter table organization
  add column slug text not null default substr(replace(gen_random_uuid()::text, '-', ''), 1, 12),
  add column description text not null default '',
  add column location text not null default '',
  add column website text,
  add column contacts jsonb not null default '[]',
  add column settings jsonb not null default '{}',
  add column tier text not null default 'unlimited' constraint organization_tier_known
    check (tier in ('free', 'team', 'business', 'unlimited')),
  add column status text not null default 'active' constraint organization_status_known
    check (status in ('active', 'suspended', 'closing', 'erasing')),
  add column billing_email text,
  -- Names the customer in whatever system sends the bills; for the administrator of the installation alone.
  add column billing_reference text;
update organization set slug = left(trim(both '-' from regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g')), 40)
    || '-' || right(id::text, 6)
  where lower(name) ~ '^[^a-z0-9]*[a-z0-9]';
create unique index organization__slug_taken on organization (slug);
alter table organization add constraint organization_slug_form check (slug ~ '^[a-z0-9](-?[a-z0-9])*$' and length(slug) <= 60);

-- Small and always read whole: a picture of at most 256 px, made anew from what was sent.
create table organization_logo (
  organization_id uuid primary key references organization on delete cascade,
  image bytea not null constraint organization_logo_small check (length(image) <= 262144),
  media_type text not null,
  updated_at timestamptz not null default now()
);
create trigger organization_logo_updated_at before insert or update on organization_logo
  for each row execute function keep_updated_at();

alter table organization_member add column persona text constraint organization_member_persona_known
  check (persona in ('client', 'designer', 'admin'));

-- A second fence: the program locks the organization and refuses with a sentence; this refuses whatever else tries.
-- Two that leave at once meet at the lock, and the second sees that the first has gone.
create function keep_an_owner() returns trigger language plpgsql as $$
begin
  perform from organization where id = old.organization_id and status <> 'erasing' for no key update;
  if found and not exists (
    select from organization_member where organization_id = old.organization_id and role = 'owner'
  ) then
    raise exception 'organization % keeps at least one owner', old.organization_id
      using errcode = 'check_violation', constraint = 'organization_member__last_owner';
  end if;
  return null;
end $$;
create constraint trigger organization_member_owner_left after delete on organization_member
  deferrable initially deferred for each row when (old.role = 'owner') execute function keep_an_owner();
create constraint trigger organization_member_owner_demoted after update on organization_member
  deferrable initially deferred for each row when (old.role = 'owner' and new.role <> 'owner')
  execute function keep_an_owner();

-- `expired` is written only when another invitation takes its place; until then the time says it.
create table invitation (
  id uuid primary key,
  organization_id uuid not null references organization on delete cascade,
  email text not null,
  role text not null constraint invitation_role_known check (role in ('owner', 'admin', 'member', 'guest')),
  message text not null default '',
  token_hash bytea not null constraint invitation_token_once unique,
  status text not null default 'pending' constraint invitation_status_known
    check (status in ('pending', 'accepted', 'declined', 'withdrawn', 'expired')),
  invited_by uuid not null references "user",
  accepted_by uuid references "user",
  expires_at timestamptz not null,
  sent_at timestamptz not null default now(),
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint invitation_settled check ((status = 'pending') = (settled_at is null)),
  constraint invitation_accepted_by check ((status = 'accepted') = (accepted_by is not null)),
  constraint invitation_of_organization unique (organization_id, id)
);
create trigger invitation_updated_at before update on invitation for each row execute function keep_updated_at();
create unique index invitation__already_invited on invitation (organization_id, email) where status = 'pending';
create index invitation_newest on invitation (organization_id, id desc);
create index invitation_for_email on invitation (email) where status = 'pending';

create table invitation_team (
  organization_id uuid not null,
  invitation_id uuid not null,
  team_id uuid not null,
  primary key (invitation_id, team_id),
  constraint invitation_team_invitation foreign key (organization_id, invitation_id)
    references invitation (organization_id, id) on delete cascade,
  constraint invitation_team_team foreign key (organization_id, team_id)
    references team (organization_id, id) on delete cascade
);
create index invitation_team_of_team on invitation_team (team_id);

-- Asked for, then confirmed; from then on `erase_at` is when it happens.
create table organization_erasure (
  organization_id uuid primary key references organization on delete cascade,
  asked_by uuid not null references "user",
  asked_at timestamptz not null default now(),
  confirmation_hash bytea not null,
  confirmed_at timestamptz,
  erase_at timestamptz,
  status_before text not null,
  constraint organization_erasure_confirmed check ((confirmed_at is null) = (erase_at is null))
);
create index organization_erasure_due on organization_erasure (erase_at) where erase_at is not null;
