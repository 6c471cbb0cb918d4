-- 0022 upload sessions                                            room: uploads
--
-- Why     A session is a thing that people see from any device: it has a name, somebody may pause it, and it knows how many
--         of its bytes were of uploads that came to nothing, so that its progress is true. Owners and admins list all of them.
-- Locks   upload_session, for the moment that columns with constant defaults take; the sums are filled in for what is there.
-- Old server, new schema   works: it pauses nothing by hand, and its sums of failed and cancelled bytes stay behind.
-- Undo    drop the columns and indexes; sessions that are paused must be made active first.

alter table upload_session
  add column name text constraint upload_session_name_length check (char_length(name) between 1 and 200),
  add column paused_by uuid references "user",
  add column paused_at timestamptz,
  add column failed_bytes bigint not null default 0,
  add column cancelled_bytes bigint not null default 0,
  add constraint upload_session_paused_by_somebody check ((paused_by is null) = (paused_at is null));

update upload_session set failed_bytes = ended.failed, cancelled_bytes = ended.cancelled
from (
  select upload_session_id, coalesce(sum(length_bytes) filter (where status = 'failed'), 0) as failed,
    coalesce(sum(length_bytes) filter (where status = 'cancelled'), 0) as cancelled
  from upload where status in ('failed', 'cancelled') group by upload_session_id
) as ended
where ended.upload_session_id = upload_session.id;

create index upload_session_newest on upload_session (organization_id, id desc);
create index upload_session_going_on on upload_session (organization_id, id desc) where status in ('active', 'paused');
create index upload_failed_of_session on upload (upload_session_id, id) where status = 'failed';
create index upload_open_of_session on upload (upload_session_id, id) where ended_at is null;
