-- 0019 frozen                                              rooms: organizations, access
--
-- Why     In an organization that is suspended or about to be erased everything can be read and nothing changed. Every decision
--         about access reads the member's row, so, as with is_barred (0010), it is kept there by a trigger.
-- Locks   organization_member for the moment that a column with a constant default takes.
-- Undo    drop the column and the trigger, and make bar_member as 0010 has it.

alter table organization_member add column is_frozen boolean not null default false;

create or replace function bar_member() returns trigger language plpgsql as $$
declare
  its record;
begin
  select requires_second_factor, status into its from organization where id = new.organization_id;
  new.is_barred := its.requires_second_factor and not (select has_second_factor from "user" where id = new.user_id);
  new.is_frozen := its.status <> 'active';
  return new;
end $$;
create trigger organization_frozen after update of status on organization
  for each row when (old.status is distinct from new.status) execute function bar_members_again();
