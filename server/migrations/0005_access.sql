-- 0005 access                                                      room: access
--
-- Why     The one tree that rights are asked about. Every file (later: folder, project) is a resource.
-- Locks   none: new tables only.
-- Undo    drop it.

create table resource (
  id uuid primary key,
  organization_id uuid not null references organization,
  kind text not null constraint resource_kind_known check (kind in ('file')),
  parent_id uuid references resource,
  created_by uuid not null references "user",
  created_at timestamptz not null default now()
);
create index resource_parent on resource (parent_id) where parent_id is not null;
