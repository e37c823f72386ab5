-- How often Spotify was asked, by hour and kind of request: what a quota of Spotify's is measured against.
create table request_counts (
    -- Hours since 1970 in UTC.
    hour           integer not null,
    endpoint_group text not null,
    requests       integer not null check (requests > 0),
    primary key (hour, endpoint_group)
) strict, without rowid;
