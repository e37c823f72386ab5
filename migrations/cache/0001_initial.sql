-- May be deleted at any time: everything here can be fetched again.
create table cache_entries (
    key        text primary key,
    kind       text not null,
    -- Null: Spotify does not know this id.
    contents   text check (contents is null or json_valid(contents)),
    fetched_ms integer not null,
    expires_ms integer not null
) strict, without rowid;
create index cache_entries_by_expiry on cache_entries (expires_ms);
