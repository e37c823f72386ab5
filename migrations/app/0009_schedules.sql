-- When a base syncs by itself.
create table schedules (
    base_playlist_id text primary key references base_playlists (id) on delete cascade,
    user_id          text    not null references users (id) on delete cascade,
    cron             text    not null,
    time_zone        text    not null,
    is_paused        integer not null default 0 check (is_paused in (0, 1)),
    -- Null where no time ever comes again.
    next_run_at      text,
    -- When it started a sync last: nothing before that is due again.
    done_at          text,
    -- Failures before this do not count.
    failures_since   text    not null
) strict;
create index schedules_due on schedules (next_run_at) where is_paused = 0;
