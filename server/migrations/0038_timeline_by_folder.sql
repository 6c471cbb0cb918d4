-- 0038 timeline by folder                                              room: timeline
--
-- Why     Whoever sees half of a million files waited seconds until the days were counted. What a grant gives comes by
--         folder, and what somebody uploaded is theirs, so the numbers are kept by folder and uploader as well: what a
--         member sees is then a sum, and of the files only those are counted that were granted one by one.
-- Locks   file and resource, for as long as it takes to count every row once.
-- Old server, new schema   works: the triggers do it; nothing is folded before the new one is there.
-- Undo    drop the triggers, the functions and the tables.

create table timeline_folder_month (
  organization_id uuid not null references organization,
  -- The organization itself for what lies at the top.
  folder_id uuid not null,
  created_by uuid not null,
  kind text not null,
  month date not null,
  -- How many on each of its days, 31 of them: a folder of twenty years is 240 rows, however many its days are.
  counts int[] not null,
  primary key (organization_id, folder_id, created_by, kind, month)
);
create index timeline_folder_month_of_uploader on timeline_folder_month (organization_id, created_by, folder_id);

-- By how much a number of `timeline_folder_month` is to change. The number is the sum of both.
create table timeline_folder_change (
  organization_id uuid not null references organization,
  folder_id uuid not null,
  created_by uuid not null,
  kind text not null,
  day date not null,
  change int not null
);
create index timeline_folder_change_of_organization on timeline_folder_change (organization_id);

create function count_by_folder() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    -- Their resources were put into the tree by this very transaction: nobody else moves them.
    insert into timeline_folder_change (organization_id, folder_id, created_by, kind, day, change)
    select came.organization_id, coalesce(resource.parent_id, came.organization_id), came.created_by, came.kind,
      came.local_at::date, count(*)
    from came join resource on resource.id = came.id
    where came.trashed_at is null and came.kind in ('image', 'video') group by 1, 2, 3, 4, 5;
  elsif tg_op = 'DELETE' then
    -- As whoever deletes a file goes on to its resource: a weaker lock would have to be raised beside who waits for it.
    perform from resource where id in (select id from went) order by id for update;
    -- What is erased with its organization is counted no more.
    insert into timeline_folder_change (organization_id, folder_id, created_by, kind, day, change)
    select went.organization_id, coalesce(resource.parent_id, went.organization_id), went.created_by, went.kind,
      went.local_at::date, -count(*)
    from went join resource on resource.id = went.id
    where went.trashed_at is null and went.kind in ('image', 'video') and not exists (
      select from organization where organization.id = went.organization_id and status = 'erasing')
    group by 1, 2, 3, 4, 5;
  else
    -- Most changes of files are none of where, when and whose they are.
    if not exists (
      select from came join went using (id)
      where (came.trashed_at is null, came.kind, came.local_at::date, came.created_by)
        <> (went.trashed_at is null, went.kind, went.local_at::date, went.created_by)
    ) then return null; end if;
    -- Whoever moves one of them comes first or later: each of the two then counts what the other has left.
    perform from resource where id in (
      select id from came join went using (id)
      where (came.trashed_at is null, came.kind, came.local_at::date, came.created_by)
        <> (went.trashed_at is null, went.kind, went.local_at::date, went.created_by)
    ) order by id for share;
    insert into timeline_folder_change (organization_id, folder_id, created_by, kind, day, change)
    select changed.organization_id, coalesce(resource.parent_id, changed.organization_id), changed.created_by,
      changed.kind, changed.day, sum(change)
    from (
      select id, organization_id, created_by, kind, local_at::date as day, 1 as change from came
      where trashed_at is null and kind in ('image', 'video')
      union all
      select id, organization_id, created_by, kind, local_at::date, -1 from went
      where trashed_at is null and kind in ('image', 'video')
    ) as changed join resource on resource.id = changed.id
    group by 1, 2, 3, 4, 5 having sum(change) <> 0;
  end if;
  return null;
end $$;

create trigger file_came_into_folder after insert on file
  referencing new table as came for each statement execute function count_by_folder();
create trigger file_changed_in_folder after update on file
  referencing old table as went new table as came for each statement execute function count_by_folder();
create trigger file_left_folder after delete on file
  referencing old table as went for each statement execute function count_by_folder();

create function count_moved_files() returns trigger language plpgsql as $$
begin
  insert into timeline_folder_change (organization_id, folder_id, created_by, kind, day, change)
  select file.organization_id, place.folder_id, file.created_by, file.kind, file.local_at::date, sum(place.change)
  from came join went on went.id = came.id and went.parent_id is distinct from came.parent_id
  join file on file.id = came.id
  cross join lateral (values
    (coalesce(came.parent_id, file.organization_id), 1), (coalesce(went.parent_id, file.organization_id), -1)
  ) as place (folder_id, change)
  where file.trashed_at is null and file.kind in ('image', 'video')
  group by 1, 2, 3, 4, 5 having sum(place.change) <> 0;
  return null;
end $$;

create trigger resource_moved_in_timeline after update on resource
  referencing old table as went new table as came for each statement execute function count_moved_files();

create function timeline_sum(a int[], b int[]) returns int[] language sql immutable as $$
  select array_agg(coalesce(a[day], 0) + coalesce(b[day], 0) order by day) from generate_series(1, 31) as day
$$;

-- Adds what was written down to the numbers. Whoever reads meanwhile sees the same sums.
create function fold_timeline_folders() returns int language plpgsql as $$
declare
  folded int;
begin
  with gone as (delete from timeline_folder_change returning *),
  by_day as (
    select organization_id, folder_id, created_by, kind, day, sum(change)::int as change from gone group by 1, 2, 3, 4, 5
  ),
  by_month as (
    select organization_id, folder_id, created_by, kind, date_trunc('month', day)::date as month,
      jsonb_object_agg(extract(day from day)::int, change) as changes
    from by_day where change <> 0 group by 1, 2, 3, 4, 5
  ),
  summed as (
    insert into timeline_folder_month as kept (organization_id, folder_id, created_by, kind, month, counts)
    select organization_id, folder_id, created_by, kind, month,
      (select array_agg(coalesce((changes ->> day::text)::int, 0) order by day) from generate_series(1, 31) as day)
    from by_month
    on conflict (organization_id, folder_id, created_by, kind, month)
      do update set counts = timeline_sum(kept.counts, excluded.counts)
  )
  select count(*) into folded from gone;
  delete from timeline_folder_month where 0 = all (counts);
  return folded;
end $$;

-- Locked first, so that nothing comes between the counting and the triggers.
lock table file, resource in share row exclusive mode;
insert into timeline_folder_change (organization_id, folder_id, created_by, kind, day, change)
select file.organization_id, coalesce(resource.parent_id, file.organization_id), file.created_by, file.kind,
  file.local_at::date, count(*)
from file join resource on resource.id = file.id
where file.trashed_at is null and file.kind in ('image', 'video') group by 1, 2, 3, 4, 5;
select fold_timeline_folders();
