-- 0028 live photographs                                       rooms: files, media
--
-- Why     The picture and the clip of a live photograph find one another by what the camera wrote into both.
-- Locks   media, for as long as it takes to read every row once.
-- Undo    drop the index; nothing else refers to it.

create index media_content_id on media ((facts ->> 'contentId')) where facts ->> 'contentId' is not null;
