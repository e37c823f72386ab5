-- What a sync does with songs that were changed by hand in Spotify.
alter table child_playlists add column hand_policy text not null default 'rules'
    check (hand_policy in ('rules', 'learn', 'ask'));

-- The newest such change of each song of a child.
create table hand_edits (
    child_playlist_id text not null references child_playlists (id) on delete cascade,
    uri               text not null,
    edit              text not null check (edit in ('added', 'removed')),
    state             text not null check (state in ('open', 'undone', 'learnt')),
    sync_event_id     text not null,
    found_at          text not null,
    primary key (child_playlist_id, uri)
) strict, without rowid;

-- What the last sync left in a child is asked for at every start.
create index sync_event_children_left on sync_event_children (child_playlist_id, sync_event_id)
    where uris_after is not null;
