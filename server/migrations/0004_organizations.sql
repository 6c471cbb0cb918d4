-- 0004 organizations                                       rooms: organizations
--
-- Why     The tenant, and who is in it with which role.
-- Locks   none: new tables only.
-- Undo    drop them.

create table organization (
  id uuid primary key,
  name text not null,
  type text not null constraint organization_type_known
    check (type in ('company', 'clinic', 'school', 'university', 'studio', 'family', 'independent')),
  allowed_kinds text[] not null,
  created_by uuid not null references "user",
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create trigger organization_updated_at before update on organization for each row execute function keep_updated_at();

create table organization_member (
  organization_id uuid not null references organization,
  user_id uuid not null references "user",
  role text not null constraint organization_member_role_known check (role in ('owner', 'admin', 'member')),
  created_at timestamptz not null default now(),
  constraint organization_member__already_member primary key (organization_id, user_id)
);
create index organization_member_user on organization_member (user_id);
