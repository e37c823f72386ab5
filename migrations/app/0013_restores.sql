-- The sync before which the children of a run are put back; null for every other run.
alter table sync_events add column restores text;
