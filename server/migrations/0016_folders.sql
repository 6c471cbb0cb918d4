-- 0016 folders                                             rooms: files, uploads
--
-- Why     Folders hold files and folders; where each of them is, is said by the tree of resources (0011).
--         An upload knows the folder that it goes to.
-- Locks   upload, for the moment that a nullable column takes.
-- Undo    drop the table and the column; what was in folders is then at the top.

create table folder (
  id uuid primary key references resource,
  organization_id uuid not null references organization,
  created_by uuid not null references "user",
  name text not null constraint folder_name_length check (char_length(name) between 1 and 255),
  trashed_at timestamptz,
  trash_batch_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create trigger folder_updated_at before update on folder for each row execute function keep_updated_at();
create index folder_of_organization on folder (organization_id, id desc);
create index folder_trash_batch on folder (trash_batch_id) where trash_batch_id is not null;
create index folder_trashed_at on folder (trashed_at) where trashed_at is not null;

-- No foreign key: the folder may be erased while bytes arrive; the file then goes to the top.
alter table upload add column folder_id uuid;
