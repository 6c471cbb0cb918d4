-- 0040 given along                                  rooms: access, timeline, links
--
-- Why     What is given on a file because an event that shows it was given is kept apart from what was given on the file
--         itself, so that taking the event back takes the one and leaves the other. A link remembers the event whose
--         pictures it gives.
-- Locks   grant, while its unique index is made anew: a million grants take seconds; link, for a moment.
-- Old server, new schema   works: what it gives on files is given on them themselves.
-- Undo    delete from "grant" where along_grant_id is not null; grant_once without that column; drop both columns.

-- Goes with the grant that it was given along with, and never outlasts or exceeds it.
alter table "grant" add column along_grant_id uuid references "grant" on delete cascade;
alter table "grant" drop constraint grant_once;
alter table "grant" add constraint grant_once unique nulls not distinct (resource_id, principal_id, along_grant_id);
create index grant_along on "grant" (along_grant_id) where along_grant_id is not null;

-- Until now the page gave both, one after the other: the same to the same by the same person within five minutes, on an
-- event and on a file that it shows. Taking the event back took both, and goes on doing so.
update "grant" as along set along_grant_id = found.base_id
from (
  select distinct on (given.id) given.id, base.id as base_id
  from "grant" as base
  join event_picture on event_picture.event_id = base.resource_id
  join "grant" as given on given.resource_id = event_picture.file_id and given.principal_id = base.principal_id
    and given.rights = base.rights and given.expires_at is not distinct from base.expires_at
    and given.created_by = base.created_by
    and given.created_at between base.created_at and base.created_at + interval '5 minutes'
  where base.link_id is null
  order by given.id, base.id
) as found
where along.id = found.id;

-- The event of whose pictures a link is. Without it, or while it is in the trash, the link is of a plain selection.
alter table link add column event_id uuid references timeline_event on delete set null;
create index link_of_event on link (event_id, id desc) where event_id is not null;
