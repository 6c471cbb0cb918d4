-- 0025 scan                                                  rooms: storage, media
--
-- Why     Whether the bytes of a blob may go out is asked of its row: what a virus scanner said of them, by which engine and
--         signatures, and when. Blobs that are there already were never looked at (`unscanned`); each new one waits for
--         the step of its processing that looks, or that finds no scanner to ask.
-- Locks   blob, while the check is made of its rows: they are read once. version, for the moment that a column takes.
-- Undo    drop the columns and what is made of them. An old server adds blobs that wait; it asks nothing of them, and the next new worker looks.

alter table blob
  add column scan_status text not null default 'unscanned' constraint blob_scan_status_known
    check (scan_status in ('unscanned', 'waiting', 'clean', 'infected', 'skipped', 'released')),
  -- Why bytes that were to be scanned were not.
  add column scan_reason text constraint blob_scan_reason_known check (scan_reason in ('too-large', 'unreachable', 'encrypted')),
  -- What was found, as the scanner names it; kept when the bytes are released.
  add column scan_signature text,
  add column scan_engine text,
  -- When the scanner was last asked, whatever it said.
  add column scanned_at timestamptz,
  add constraint blob_scan_told check (
    (scan_status = 'skipped') = (scan_reason is not null) and (scan_status <> 'infected' or scan_signature is not null));
alter table blob alter column scan_status set default 'waiting';

-- Sent by a stranger through a link: it belongs to the link's maker, who is not its uploader and may not open it unscanned.
alter table version add column is_from_link boolean not null default false;

-- The quarantine of an organization, and what is held with it.
create index blob_quarantine on blob (organization_id, id desc) where scan_status in ('infected', 'skipped');
-- How many of an organization stand how.
create index blob_scan_status on blob (organization_id, scan_status)
  where scan_status in ('unscanned', 'waiting', 'skipped', 'infected') and unreferenced_at is null;
-- What is to be looked at by the clock: what waits or could not be, what never was, and what was longest ago.
create index blob_scan_waiting on blob (scanned_at nulls first, id)
  where scan_status in ('waiting', 'skipped') and unreferenced_at is null;
create index blob_scan_never on blob (scanned_at nulls first, id) where scan_status = 'unscanned' and unreferenced_at is null;
create index blob_scan_clean on blob (scanned_at, id) include (scan_engine) where scan_status = 'clean' and unreferenced_at is null;
