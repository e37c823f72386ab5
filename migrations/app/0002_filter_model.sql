-- Leftovers, own tags, and whether a time zone was ever chosen.

-- Two children of leftovers would both take the same songs, or fight over them.
create unique index child_playlists_leftovers_once on child_playlists (base_playlist_id)
    where kind = 'leftovers' and deleted_at is null;

-- A zone that nobody chose gives way to the one that the browser reports.
alter table users add column time_zone_chosen integer not null default 0 check (time_zone_chosen in (0, 1));
-- Whoever has another zone than the default has chosen it.
update users set time_zone_chosen = 1 where time_zone <> 'UTC';

-- The person's own words for songs and artists.
create table tags (
    user_id   text not null references users (id) on delete cascade,
    -- Folded as filters compare text, so that "Gym" and "gym" are one tag.
    folded    text not null check (folded <> ''),
    -- As typed first.
    name      text not null,
    created   text not null,
    primary key (user_id, folded)
) strict, without rowid;

create table tag_items (
    user_id   text not null,
    folded    text not null,
    -- Spotify id of a track or an artist: the two never meet, because the kind is part of the key.
    kind      text not null check (kind in ('track', 'artist')),
    item_id   text not null,
    primary key (user_id, folded, kind, item_id),
    foreign key (user_id, folded) references tags (user_id, folded) on delete cascade
) strict, without rowid;
