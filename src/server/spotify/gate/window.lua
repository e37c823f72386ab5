-- The window of window.rs, shared by several servers: same rules, kept in Redis, by its clock.
-- KEYS: times of requests (sorted set), state (hash), servers (sorted set), breakers (hash).
-- ARGV: what to do, full capacity, slot (ms), times the slot's share that two requests keep apart, this server,
--       name of the request, group of endpoints, argument, its second, now (tests only).
-- Gives: {taken, wait (ms), servers, capacity, breaker closes in (ms), of a quota}.
local what, full, slot, burst = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local now = tonumber(ARGV[10])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
-- What somebody else has put there is of no use.
for at, kind in ipairs({'zset', 'hash', 'zset', 'hash'}) do
  local found = redis.call('TYPE', KEYS[at]).ok
  if found ~= kind and found ~= 'none' then redis.call('DEL', KEYS[at]) end
end
local function number(field, default)
  return tonumber(redis.call('HGET', KEYS[2], field) or default)
end
local capacity = math.min(number('capacity', full), full)
local changed, paused, last = number('changed', 0), number('paused', 0), number('last', -slot)
while capacity < full and now - changed >= slot do
  capacity = math.min(capacity + math.ceil(full / 10), full)
  changed = changed + slot
end
redis.call('ZADD', KEYS[3], now, ARGV[5])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - 2 * slot)

local taken, wait, closes, quota = 0, 0, 0, 0
if what == 'limited' then
  if capacity == full or now - changed >= slot then
    capacity = math.max(math.floor(capacity / 2), 1)
    changed = now
  end
  paused = math.max(paused, now + tonumber(ARGV[8]))
elseif what == 'open' then
  redis.call('HSET', KEYS[4], ARGV[7], string.format('%.0f %s', now + tonumber(ARGV[8]), ARGV[9]))
  redis.call('PEXPIRE', KEYS[4], 172800000)
elseif what == 'ask_again' then
  redis.call('DEL', KEYS[4])
else
  local breaker = redis.call('HGET', KEYS[4], ARGV[7])
  if breaker then
    local until_ms, of_quota = string.match(breaker, '(%d+) (%d)')
    closes, quota = math.max(tonumber(until_ms) - now, 0), tonumber(of_quota)
  end
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - slot)
  local ready = math.max(paused, last + math.floor(slot / (capacity * burst)))
  local over = redis.call('ZCARD', KEYS[1]) - capacity
  if over >= 0 then
    ready = math.max(ready, redis.call('ZRANGE', KEYS[1], over, over, 'WITHSCORES')[2] + slot)
  end
  wait = math.max(ready - now, 0)
  if wait == 0 and closes == 0 then
    redis.call('ZADD', KEYS[1], now, ARGV[6])
    last, taken = now, 1
  end
end

-- Numbers of this size would be written in exponents.
local function text(value) return string.format('%.0f', value) end
redis.call('HSET', KEYS[2], 'capacity', capacity, 'changed', text(changed), 'paused', text(paused), 'last', text(last))
local kept = 2 * slot + math.max(paused - now, 0) + 12 * slot
for at = 1, 3 do redis.call('PEXPIRE', KEYS[at], kept) end
return {taken, wait, redis.call('ZCARD', KEYS[3]), capacity, closes, quota}
