-- Keys that programs of a person carry. Only their hash is kept.
create table personal_tokens (
    id           text primary key,
    user_id      text not null references users (id) on delete cascade,
    name         text not null,
    -- SHA-256 of 256 random bits: nothing slower is needed.
    hash         blob not null unique,
    scopes       text not null check (json_valid(scopes)),
    created      text not null,
    expires_at   text,
    last_used_at text
) strict;
create index personal_tokens_by_user on personal_tokens (user_id, created desc);
