-- 0018 link uploads                                                room: uploads
--
-- Why     A link may ask strangers for files. Whoever has opened it uploads into its folder; what comes belongs to the
--         maker of the link, and the row remembers by which link and which visit it was begun: nobody else goes on with it.
-- Locks   upload_session and upload, for the moment that nullable columns take.
-- Old server, new schema   works: it knows no link holders.
-- Undo    drop the columns; uploads by links that have not ended must be cancelled first, or they become their makers'.

-- No foreign keys: a link may go while its uploads wait to be ended, and they must not become anybody else's by that.
alter table upload_session
  add column link_id uuid,
  add column visit_id uuid,
  add constraint upload_session_visit_of_link check ((link_id is null) = (visit_id is null));
alter table upload
  add column link_id uuid,
  add column visit_id uuid,
  -- Who they say they are; nobody has checked it.
  add column sender text constraint upload_sender_length check (char_length(sender) between 1 and 200),
  add constraint upload_visit_of_link check ((link_id is null) = (visit_id is null));

create index upload_session_of_visit on upload_session (link_id, visit_id) where link_id is not null;
create index upload_open_of_link on upload (link_id) where link_id is not null and ended_at is null;
