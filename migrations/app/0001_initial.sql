-- Everything that must survive: people, playlists, filters, sync events.
-- Times are RFC 3339 text in UTC with milliseconds, so that text order is time order; *_ms are milliseconds since 1970.

create table users (
    id                 text primary key,
    spotify_user_id    text not null unique,
    -- Immutable at Spotify, but not sent to every app.
    spotify_account_id text unique,
    display_name       text not null,
    time_zone          text not null default 'UTC',
    connection         text not null default 'ok' check (connection in ('ok', 'reconnect_needed')),
    api_mode           text not null default 'development' check (api_mode in ('extended', 'development')),
    capabilities       text not null check (json_valid(capabilities)),
    -- Null until the first probe.
    probed_at          text,
    consent_at         text not null,
    -- Sealed: version, key id, nonce, ciphertext; bound to user and kind.
    access_token       blob not null,
    refresh_token      blob not null,
    access_expires_ms  integer not null,
    -- Playlists in the library at the last listing; lets a sync choose the cheaper way to the snapshots.
    library_total      integer,
    created            text not null,
    updated            text not null
) strict;

create table sessions (
    id          text primary key,
    -- So that signing out everywhere and deletion reach every session of a person.
    user_id     text references users (id) on delete cascade,
    contents    text not null check (json_valid(contents)),
    created_ms  integer not null,
    expires_ms  integer not null
) strict;
create index sessions_by_user on sessions (user_id);
create index sessions_by_expiry on sessions (expires_ms);

create table base_playlists (
    id                  text primary key,
    user_id             text not null references users (id) on delete cascade,
    spotify_playlist_id text not null,
    name                text not null,
    is_active           integer not null default 1 check (is_active in (0, 1)),
    routing             text not null default 'overlap' check (routing in ('overlap', 'first_match')),
    -- Raised by every start; a holder with an older number has lost.
    fence               integer not null default 0,
    created             text not null,
    updated             text not null,
    deleted_at          text
) strict;
-- A playlist is base at most once per person.
create unique index base_playlists_once on base_playlists (user_id, spotify_playlist_id) where deleted_at is null;

create table child_playlists (
    id                  text primary key,
    user_id             text not null references users (id) on delete cascade,
    base_playlist_id    text not null references base_playlists (id) on delete cascade,
    -- Null for the moment between our row and its creation on Spotify, so that no orphan is made there.
    spotify_playlist_id text,
    name                text not null,
    description         text not null default '',
    kind                text not null default 'filter' check (kind in ('filter', 'leftovers')),
    filter              text not null check (json_valid(filter)),
    is_active           integer not null default 1 check (is_active in (0, 1)),
    position            integer not null check (position >= 0),
    public              integer check (public in (0, 1)),
    adopted_items       integer,
    adopted_local_files integer,
    -- An adopted playlist is held before its first removal until somebody confirms.
    ever_written        integer not null default 0 check (ever_written in (0, 1)),
    -- Set when the person changes the filter: then a large removal is what they asked for.
    filter_changed      integer not null default 1 check (filter_changed in (0, 1)),
    created             text not null,
    updated             text not null,
    deleted_at          text
) strict;
-- A playlist is child at most once in the installation: two filters over one playlist would fight.
create unique index child_playlists_once on child_playlists (spotify_playlist_id)
    where deleted_at is null and spotify_playlist_id is not null;
create index child_playlists_by_base on child_playlists (base_playlist_id, position, id) where deleted_at is null;

create table sync_events (
    id                  text primary key,
    user_id             text not null references users (id) on delete cascade,
    base_playlist_id    text not null references base_playlists (id) on delete cascade,
    base_name           text not null,
    child_playlist_ids  text not null check (json_valid(child_playlist_ids)),
    status              text not null check (status in ('in_progress', 'completed', 'failed')),
    phase               text not null check (phase in ('queued', 'retrieving', 'enriching', 'routing', 'writing', 'done')),
    outcome             text check (outcome in ('full', 'no_change', 'partial', 'none', 'cancelled')),
    trigger             text not null,
    resumes             text,
    started_at          text not null,
    completed_at        text,
    error_message       text,
    retry_at            text,
    progress_done       integer not null default 0,
    progress_total      integer not null default 0,
    tracks_processed    integer not null default 0,
    tracks_skipped      integer not null default 0,
    total_api_requests  integer not null default 0,
    cache_asked         integer not null default 0,
    cache_found         integer not null default 0,
    cached_api_requests integer not null default 0,
    planned_requests    integer,
    waiting_until_ms    integer,
    owner_id            text not null,
    fence               integer not null,
    lease_until_ms      integer not null,
    progressed_ms       integer not null,
    filters_hash        text not null,
    valid_until_ms      integer,
    -- Filters, routing, time zone and now, fixed at the start.
    frozen              text not null check (json_valid(frozen)),
    idempotency_key     text,
    idempotency_hash    text,
    created             text not null,
    updated             text not null,
    check ((status = 'in_progress') = (outcome is null))
) strict;
-- This index is the lock: at most one running sync per base.
create unique index sync_events_lock on sync_events (base_playlist_id) where status = 'in_progress';
create unique index sync_events_idempotency on sync_events (user_id, idempotency_key) where idempotency_key is not null;
create index sync_events_by_user on sync_events (user_id, started_at desc, id desc);
create index sync_events_by_base on sync_events (base_playlist_id, started_at desc, id desc);

create table sync_event_children (
    sync_event_id     text not null references sync_events (id) on delete cascade,
    child_playlist_id text not null,
    name              text not null,
    ordinal           integer not null,
    outcome           text check (outcome in ('unchanged', 'updated', 'failed', 'rolled_back', 'skipped', 'held')),
    matched           integer not null default 0,
    added             integer not null default 0,
    removed           integer not null default 0,
    kept              integer not null default 0,
    requests          integer not null default 0,
    plan_hash         text,
    error             text,
    -- Ordered URIs, deflated JSON: only URIs, names belong to the cache.
    uris_before       blob,
    uris_after        blob,
    primary key (sync_event_id, child_playlist_id)
) strict, without rowid;

-- What a child held and shall hold, committed before its first write and gone with its last.
create table intents (
    child_playlist_id text primary key,
    sync_event_id     text not null references sync_events (id) on delete cascade,
    write_kind        text not null,
    old_rows          blob not null,
    new_uris          blob not null,
    created           text not null
) strict;

-- What syncs learn about a playlist, apart from the rows that the lock protects.
create table playlist_states (
    user_id             text not null references users (id) on delete cascade,
    spotify_playlist_id text not null,
    name                text,
    image_url           text,
    track_total         integer,
    snapshot_id         text,
    -- Ordered rows at that snapshot, deflated JSON.
    rows                blob,
    updated             text not null,
    primary key (user_id, spotify_playlist_id)
) strict, without rowid;

-- The lock, kept by the database itself. `fence` may change, and a child may get its Spotify id.
create trigger child_playlists_insert_locked before insert on child_playlists
when exists (select 1 from sync_events e where e.base_playlist_id = new.base_playlist_id and e.status = 'in_progress')
begin select raise(abort, 'sync_locked'); end;

create trigger child_playlists_update_locked before update on child_playlists
when exists (select 1 from sync_events e where e.base_playlist_id = old.base_playlist_id and e.status = 'in_progress')
 and not (old.spotify_playlist_id is null and new.spotify_playlist_id is not null
          and old.name is new.name and old.filter is new.filter and old.deleted_at is new.deleted_at
          and old.is_active is new.is_active and old.position is new.position)
begin select raise(abort, 'sync_locked'); end;

create trigger child_playlists_delete_locked before delete on child_playlists
when exists (select 1 from sync_events e where e.base_playlist_id = old.base_playlist_id and e.status = 'in_progress')
begin select raise(abort, 'sync_locked'); end;

create trigger base_playlists_update_locked
before update of user_id, spotify_playlist_id, name, is_active, routing, deleted_at on base_playlists
when exists (select 1 from sync_events e where e.base_playlist_id = old.id and e.status = 'in_progress')
begin select raise(abort, 'sync_locked'); end;

create trigger base_playlists_delete_locked before delete on base_playlists
when exists (select 1 from sync_events e where e.base_playlist_id = old.id and e.status = 'in_progress')
begin select raise(abort, 'sync_locked'); end;

-- A finished event never changes; only its idempotency key is forgotten.
create trigger sync_events_finished before update on sync_events
when old.status <> 'in_progress' and old.idempotency_key is new.idempotency_key
begin select raise(abort, 'sync_finished'); end;
