-- The history by how syncs ended, of a person and of a base, however long it is.
create index sync_events_by_status on sync_events (user_id, status, started_at desc, id desc);
create index sync_events_by_base_status on sync_events (base_playlist_id, status, started_at desc, id desc);
