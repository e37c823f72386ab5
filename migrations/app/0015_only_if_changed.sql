-- At its time a schedule may first look whether a sync would change anything.
alter table schedules add column only_if_changed integer not null default 0 check (only_if_changed in (0, 1));
