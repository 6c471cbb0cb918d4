-- 0036 bare zips                                              rooms: links
--
-- Why     A ZIP for members can hold copies without metadata instead of originals, as the ZIP of a link does.
-- Locks   download_token, for the moment that a column with a constant takes.
-- Undo    drop the column. An old server gives originals by addresses that were made for copies, which live for an hour:
--         stop old servers before, or wait that hour.

alter table download_token add column zip_is_bare boolean not null default false;
