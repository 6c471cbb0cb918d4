-- 0020 going on anywhere                                           room: uploads
--
-- Why     An upload that was begun at one process goes on at another, also where staged bytes cannot be read back: what
--         is needed of them is in its row. One process at a time holds an upload; whoever has lost it changes nothing.
--         Lengths may be told late, and files may come in several parts at once.
-- Locks   upload, for the moment that columns with constant defaults take; the check of completed ones reads its rows.
-- Old server, new schema   works: it holds nothing, so it must not run beside a new one.
-- Undo    drop the columns and the table; parts that are not joined yet must be cancelled first.

-- The processes that may hold uploads. One that has not been heard of for a while holds nothing any more.
create table upload_holder (
  id uuid primary key,
  -- The machine and process namespace, and the process in it: whoever runs at the same place can see that it is gone.
  place text not null,
  process_id int not null,
  process_began text not null,
  seen_at timestamptz not null default now()
);

alter table upload
  -- The process that writes to it or finishes it at the moment. No foreign key: rows of processes come and go.
  add column holder uuid,
  -- What its first bytes were found to be: mediaType, kind, extension.
  add column judged jsonb,
  -- SHA-256 in progress, of exactly `offset_bytes` bytes; null: it is found out from the bytes themselves.
  add column hash_state bytea,
  -- Then `length_bytes` is the room that has been set aside so far.
  add column is_length_deferred boolean not null default false,
  add column concatenation text constraint upload_concatenation_known check (concatenation in ('partial', 'final')),
  -- Of a final one: the Upload-Concat header as it came.
  add column parts_named text,
  -- Of a partial one: the upload that it is a part of, and its place there from 0.
  add column part_of uuid,
  add column part_number int,
  -- SHA-256 of its first bytes, as they were shown before the rest went to the store past the program.
  add column direct_head bytea,
  -- Where its bytes are staged, when that is not under its own id.
  add column staging_id uuid,
  add constraint upload_parts_of_final check ((concatenation is not distinct from 'final') = (parts_named is not null)),
  add constraint upload_part_of_partial check (part_of is null or (concatenation = 'partial' and part_number is not null));

-- A part that has been joined is completed and is no file.
alter table upload
  drop constraint upload_file_when_completed,
  add constraint upload_file_when_completed
    check ((status = 'completed' and concatenation is distinct from 'partial') = (file_id is not null));

create index upload_parts on upload (part_of, part_number) where part_of is not null;
