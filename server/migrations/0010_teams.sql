-- 0010 teams                                               rooms: organizations
--
-- Why     Guests, teams, and the second factor that an organization may require. A team is a principal: rights can be
--         granted to it as to a person. Whoever leaves the organization leaves its teams with the same statement.
-- Locks   organization_member and "user" for the moment that a column with a constant default takes.
-- Undo    drop the tables, triggers and columns; guests must have been removed or made members.

alter table organization_member drop constraint organization_member_role_known;
alter table organization_member add constraint organization_member_role_known
  check (role in ('owner', 'admin', 'member', 'guest'));

alter table "user" add column has_second_factor boolean not null default false;
alter table organization add column requires_second_factor boolean not null default false;
-- True while the organization requires a second factor that this member does not have. Every decision about access
-- reads the member's row, so it is kept there; a trigger keeps it, because the two causes belong to different rooms.
alter table organization_member add column is_barred boolean not null default false;

create function bar_member() returns trigger language plpgsql as $$
begin
  new.is_barred := (select requires_second_factor from organization where id = new.organization_id)
    and not (select has_second_factor from "user" where id = new.user_id);
  return new;
end $$;
create trigger organization_member_barred before insert or update on organization_member
  for each row execute function bar_member();

create function bar_members_again() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'user' then
    update organization_member set is_barred = is_barred where user_id = new.id;
  else
    update organization_member set is_barred = is_barred where organization_id = new.id;
  end if;
  return new;
end $$;
create trigger user_second_factor after update of has_second_factor on "user"
  for each row when (old.has_second_factor is distinct from new.has_second_factor) execute function bar_members_again();
create trigger organization_second_factor after update of requires_second_factor on organization
  for each row when (old.requires_second_factor is distinct from new.requires_second_factor) execute function bar_members_again();

create table team (
  id uuid primary key,
  organization_id uuid not null references organization,
  name text not null,
  description text not null default '',
  lead_id uuid,
  created_by uuid not null references "user",
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint team_of_organization unique (organization_id, id),
  constraint team_lead foreign key (organization_id, lead_id)
    references organization_member (organization_id, user_id) on delete set null (lead_id)
);
create unique index team__name_taken on team (organization_id, lower(name));
create trigger team_updated_at before update on team for each row execute function keep_updated_at();

create table team_member (
  team_id uuid not null,
  user_id uuid not null,
  organization_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (user_id, team_id),
  constraint team_member_team foreign key (organization_id, team_id) references team (organization_id, id) on delete cascade,
  constraint team_member_member foreign key (organization_id, user_id)
    references organization_member (organization_id, user_id) on delete cascade
);
create index team_member_of_team on team_member (team_id);
create index team_member_of_member on team_member (organization_id, user_id);
