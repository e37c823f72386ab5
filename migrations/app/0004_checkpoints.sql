-- Where a stopped run stopped, so that the next goes on there.

-- Pages of the base as a run reads them. They belong to the newest run of a chain: whoever goes on takes them over.
create table base_pages (
    sync_event_id text not null references sync_events (id) on delete cascade,
    page_offset   integer not null check (page_offset >= 0),
    -- Seen before the first page: of a base that stands elsewhere by now, no page is used.
    snapshot_id   text not null,
    -- Rows of the whole base, as this page says.
    row_total     integer not null,
    -- The page, deflated JSON.
    page          blob not null,
    created       text not null,
    primary key (sync_event_id, page_offset)
) strict, without rowid;

-- When a failed run goes on by itself; null: only when it is asked for.
alter table sync_events add column resume_at_ms integer;
create index sync_events_to_resume on sync_events (resume_at_ms) where resume_at_ms is not null;
