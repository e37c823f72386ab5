-- What Spotify has said not to ask before a time: it outlives a restart, for the same app at Spotify.
create table breakers (
    client_id      text    not null,
    endpoint_group text    not null,
    closes_at      text    not null,
    is_quota       integer not null check (is_quota in (0, 1)),
    primary key (client_id, endpoint_group)
) strict, without rowid;
