-- 0032 timeline                                                        room: timeline
--
-- Why     The timeline opens with how many pictures and videos there are on each day. Counting a million rows each time
--         is too slow, so the numbers of each organization are kept. Whoever changes files writes down by how much, in a
--         row of its own, and waits for nobody; now and then these rows are folded into the numbers.
-- Locks   file, for as long as it takes to count every row once.
-- Old server, new schema   works: the triggers do it.
-- Undo    drop the triggers, the functions and the tables.

create table timeline_day (
  organization_id uuid not null references organization,
  -- What a calendar on the wall showed.
  day date not null,
  kind text not null,
  count int not null,
  primary key (organization_id, day, kind)
);

-- By how much a number of `timeline_day` is to change. The number is the sum of both.
create table timeline_change (
  organization_id uuid not null references organization,
  day date not null,
  kind text not null,
  change int not null
);
create index timeline_change_of_organization on timeline_change (organization_id);

create function count_in_timeline() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    insert into timeline_change (organization_id, day, kind, change)
    select organization_id, local_at::date, kind, count(*) from came
    where trashed_at is null and kind in ('image', 'video') group by 1, 2, 3;
  elsif tg_op = 'DELETE' then
    -- What is erased with its organization is counted no more.
    insert into timeline_change (organization_id, day, kind, change)
    select organization_id, local_at::date, kind, -count(*) from went
    where trashed_at is null and kind in ('image', 'video')
      and not exists (select from organization where organization.id = went.organization_id and status = 'erasing') group by 1, 2, 3;
  else
    insert into timeline_change (organization_id, day, kind, change)
    select organization_id, day, kind, sum(change) from (
      select organization_id, local_at::date as day, kind, 1 as change from came
      where trashed_at is null and kind in ('image', 'video')
      union all
      select organization_id, local_at::date, kind, -1 from went
      where trashed_at is null and kind in ('image', 'video')
    ) as changed group by 1, 2, 3 having sum(change) <> 0;
  end if;
  return null;
end $$;

create trigger file_came_into_timeline after insert on file
  referencing new table as came for each statement execute function count_in_timeline();
create trigger file_moved_in_timeline after update on file
  referencing old table as went new table as came for each statement execute function count_in_timeline();
create trigger file_left_timeline after delete on file
  referencing old table as went for each statement execute function count_in_timeline();

-- Locked first, so that nothing comes between the counting and the triggers.
lock table file in share row exclusive mode;
insert into timeline_day (organization_id, day, kind, count)
select organization_id, local_at::date, kind, count(*) from file
where trashed_at is null and kind in ('image', 'video') group by 1, 2, 3;

-- The map asks for what lies within its bounds.
create index file_place on file (organization_id, longitude, latitude) include (id)
  where trashed_at is null and kind in ('image', 'video') and latitude is not null and longitude is not null;
