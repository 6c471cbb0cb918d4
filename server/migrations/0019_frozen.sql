-- 0019 frozen                                              rooms: organizations, access
--
-- Why     In an organization that is suspended or about to be erased everything can be read and nothing changed. Every decision
--         about access reads the member's row, so, as with is_barred (0010), it is kept there by a trigger. Whoever is suspended
--         is barred from all that they are a member of: what they gave to strangers by links ends with it.
-- Locks   organization_member for the moment that a column with a constant default takes.
-- Undo    drop the column and the trigger, and make bar_member as 0010 has it.

alter table organization_member add column is_frozen boolean not null default false;

create or replace function bar_member() returns trigger language plpgsql as $$
declare
  its record;
  whose record;
begin
  select has_second_factor, suspended_at into whose from "user" where id = new.user_id;
  select requires_second_factor, status into its from organization where id = new.organization_id;
  new.is_barred := whose.suspended_at is not null or (its.requires_second_factor and not whose.has_second_factor);
  new.is_frozen := its.status <> 'active';
  return new;
end $$;
create trigger organization_frozen after update of status on organization
  for each row when (old.status is distinct from new.status) execute function bar_members_again();
create trigger user_suspended after update of suspended_at on "user"
  for each row when (old.suspended_at is distinct from new.suspended_at) execute function bar_members_again();
update organization_member set is_barred = is_barred;
