-- 0042 found as it is                                                 room: files
--
-- Why     Two who changed one file at once, such as whoever tagged it and whoever merged tags, each wrote down what they
--         saw of it: the second had not seen what the first had done, and the file was found by what it was before.
-- Locks   none.
-- Old server, new schema   works.
-- Undo    drop renew_findings and give write_findings its name back.

alter function renew_findings(uuid[]) rename to write_findings;

-- Writes the rows of these files as they ought to be. They are locked first, in the order of their ids, by a statement
-- of its own: what follows sees what those have done who were waited for.
create function renew_findings(file_ids uuid[]) returns void language plpgsql as $$
begin
  perform from finding where file_id = any(file_ids) order by file_id for update;
  perform write_findings(file_ids);
end $$;
