-- Several bases that a person lets sync one after the other.
create table sync_batches (
    id      text primary key,
    user_id text not null references users (id) on delete cascade,
    created text not null
) strict;
create index sync_batches_by_user on sync_batches (user_id, created desc, id desc);

create table sync_batch_items (
    sync_batch_id    text    not null references sync_batches (id) on delete cascade,
    ordinal          integer not null,
    base_playlist_id text    not null,
    -- Name of the base at the time.
    base_name        text    not null,
    -- Set when its turn came: the sync, or why there is none.
    sync_event_id    text,
    problem          text,
    primary key (sync_batch_id, ordinal)
) strict, without rowid;
create index sync_batch_items_open on sync_batch_items (sync_batch_id, ordinal)
    where sync_event_id is null and problem is null;
