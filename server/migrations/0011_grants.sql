-- 0011 grants                                                      room: access
--
-- Why     Folders, grants and links in the one tree that rights are asked about. A grant flows down to everything
--         below its resource; `reach` is that flow written out, so that asking costs one look in an index whatever the
--         depth, and a list of what somebody may see is one index read in its own order.
-- Locks   resource, for the moment that its check and indexes take.
-- Undo    drop the tables and columns; nothing else refers to them.

alter table resource drop constraint resource_kind_known;
alter table resource add constraint resource_kind_known check (kind in ('file', 'folder'));
drop index resource_parent;
create index resource_in_folder on resource (parent_id, id desc) where parent_id is not null;
create index resource_at_top on resource (organization_id, kind, id desc) where parent_id is null;

create table link (
  id uuid primary key,
  organization_id uuid not null references organization,
  created_by uuid not null references "user",
  token_hash bytea not null constraint link_token_once unique,
  label text not null default '',
  -- What the link is of, for people to see: a file, a folder, or null for a selection. Its rights are its grants.
  resource_id uuid references resource on delete cascade,
  allows_upload boolean not null default false,
  keeps_metadata boolean not null default false,
  password_hash text,
  bound_email text,
  bound_network inet,
  max_downloads int constraint link_max_positive check (max_downloads > 0),
  downloads int not null default 0,
  visits int not null default 0,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create trigger link_updated_at before update on link for each row execute function keep_updated_at();
create index link_of_organization on link (organization_id, id desc);
create index link_of_maker on link (created_by, id desc);
create index link_of_resource on link (resource_id, id desc) where resource_id is not null;

-- One row for each (resource, principal), so it cannot contradict itself. The principal is exactly one of four.
create table "grant" (
  id uuid primary key,
  organization_id uuid not null references organization,
  resource_id uuid not null references resource on delete cascade,
  user_id uuid,
  team_id uuid,
  to_organization_id uuid references organization,
  link_id uuid references link on delete cascade,
  principal_id uuid not null generated always as (coalesce(user_id, team_id, to_organization_id, link_id)) stored,
  -- A sum of: read 1, comment 2, download 4, write 8, share 16. Whoever holds any of them may read.
  rights smallint not null constraint grant_rights_known check (rights between 1 and 31 and rights & 1 = 1),
  expires_at timestamptz,
  created_by uuid references "user",
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint grant_one_principal check (num_nonnulls(user_id, team_id, to_organization_id, link_id) = 1),
  constraint grant_own_organization check (to_organization_id is null or to_organization_id = organization_id),
  constraint grant_once unique (resource_id, principal_id),
  constraint grant_member foreign key (organization_id, user_id)
    references organization_member (organization_id, user_id) on delete cascade,
  constraint grant_team foreign key (organization_id, team_id)
    references team (organization_id, id) on delete cascade
);
create trigger grant_updated_at before update on "grant" for each row execute function keep_updated_at();
create index grant_of_principal on "grant" (principal_id, id desc);
create index grant_of_member on "grant" (organization_id, user_id) where user_id is not null;
create index grant_of_team on "grant" (organization_id, team_id) where team_id is not null;
create index grant_of_link on "grant" (link_id) where link_id is not null;
create index grant_expires_at on "grant" (expires_at) where expires_at is not null;

-- Where a grant has come to: its resource and all below it. A row whose grant is gone means nothing and is swept.
create table reach (
  organization_id uuid not null,
  resource_id uuid not null,
  principal_id uuid not null,
  grant_id uuid not null,
  -- Given on this very resource, not above it.
  is_direct boolean not null default false,
  constraint reach_once primary key (resource_id, principal_id, grant_id)
);
create index reach_newest on reach (organization_id, principal_id, resource_id desc, grant_id);
-- What somebody was given out of folders that they may not see.
create index reach_newest_direct on reach (organization_id, principal_id, resource_id desc, grant_id) where is_direct;
