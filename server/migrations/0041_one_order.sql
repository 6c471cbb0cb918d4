-- 0041 one order                                              rooms: files, timeline
--
-- Why     Whoever dated many files locked the events that show them file by file, and whoever took files out of events
--         met whoever named one of these halfway: deadlocks. Events are locked together now, in the order of their ids
--         and before what stands in them. A tag that took the place of another was not told to the search.
-- Locks   file and file_tag, for the moment that a trigger takes.
-- Old server, new schema   works: the triggers do it.
-- Undo    create the trigger file_dated_otherwise and its function again as 0033 has them; drop lock_users_of and the
--         trigger file_tag_found_instead.
--
-- Locks are taken in one order: versions, files, what uses files, uses; of each by their ids.

drop trigger file_dated_otherwise on file;
create or replace function tell_events_of_date() returns trigger language plpgsql as $$
declare
  showing uuid[];
begin
  select array_agg(distinct picture.event_id) into showing
  from later join earlier using (id) join event_picture as picture on picture.file_id = later.id
  where (later.happened_at, later.offset_minutes, later.happened_from)
    is distinct from (earlier.happened_at, earlier.offset_minutes, earlier.happened_from);
  if showing is not null then perform follow_pictures(showing); end if;
  return null;
end $$;
create trigger file_dated_otherwise after update on file
  referencing old table as earlier new table as later for each statement execute function tell_events_of_date();

-- Locks what uses files, before the uses are touched: whoever changes it does the same. The files are locked.
create function lock_users_of(file_ids uuid[]) returns void language plpgsql as $$
begin
  perform from timeline_event where id in (select used_by from file_use where file_id = any(file_ids))
  order by id for update;
end $$;

create trigger file_tag_found_instead after update on file_tag
  referencing new table as tagged for each statement execute function find_tagged_files();
