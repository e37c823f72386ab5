-- How far a run is over all its phases, and the range of seconds that it will still take.
alter table sync_events add column percent integer not null default 0;
alter table sync_events add column left_least_s integer;
alter table sync_events add column left_most_s integer;

-- What runs of a person is asked on every page, and must not read the history.
create index sync_events_running on sync_events (user_id) where status = 'in_progress';
