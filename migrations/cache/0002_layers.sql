-- Values are bytes now, compressed where large and checked by their own sum; private kinds have an owner.
-- What was kept is not worth converting: it can be fetched again.
drop table cache_entries;
create table cache_entries (
    key        text primary key,
    kind       text not null,
    -- Null: shared by everybody.
    owner      text,
    value      blob not null,
    fetched_ms integer not null,
    expires_ms integer not null
) strict, without rowid;
create index cache_entries_by_expiry on cache_entries (expires_ms);
create index cache_entries_by_kind on cache_entries (kind);
create index cache_entries_by_owner on cache_entries (owner) where owner is not null;
