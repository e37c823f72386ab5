-- Where a person's syncs are told when they end.
create table webhooks (
    user_id text primary key references users (id) on delete cascade,
    url     text not null,
    -- Sealed as tokens are.
    secret  blob not null,
    told    text not null check (told in ('ended', 'changed', 'failed')),
    created text not null
) strict;

create table webhook_deliveries (
    id            text primary key,
    user_id       text    not null references users (id) on delete cascade,
    -- Null for a trial.
    sync_event_id text,
    tries         integer not null default 0,
    -- When it is tried next; null when it is over.
    next_ms       integer,
    delivered_at  text,
    -- Why the last try failed.
    error         text,
    created       text    not null
) strict;
create index webhook_deliveries_due on webhook_deliveries (next_ms) where next_ms is not null;
create index webhook_deliveries_by_user on webhook_deliveries (user_id, created desc);

-- In the transaction that ends a sync, whichever way it ends.
create trigger sync_events_told after update of status on sync_events
when old.status = 'in_progress' and new.status <> 'in_progress'
begin
    insert or ignore into webhook_deliveries (id, user_id, sync_event_id, next_ms, created)
    select 'msg_' || new.id, new.user_id, new.id, 0, new.updated from webhooks w
    where w.user_id = new.user_id
      and (w.told = 'ended' or (w.told = 'changed' and new.outcome is not 'no_change')
           or (w.told = 'failed' and new.status = 'failed' and new.outcome is not 'cancelled'));
end;
