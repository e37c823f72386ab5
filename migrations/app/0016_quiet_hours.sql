-- No sync is started by the schedule from the first to the second time of the day, where the schedule's zone is.
alter table schedules add column quiet_from text;
alter table schedules add column quiet_until text;
