package redis

// The client repeats a command whose answer was lost, so each script gives the same answer when it
// runs twice with the same arguments.

// clock sets now, in microseconds: ARGV[1], or the server's time when that is empty.
const clock = `
local now = tonumber(ARGV[1])
if not now then
	local t = redis.call('TIME')
	now = t[1] * 1000000 + t[2]
end
local function expiry(lease) return string.format('%.0f', now + lease) end
`

// history sets replid, which names what this server has been through; see the package comment.
const history = `
local replid = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
if not replid then
	return redis.error_reply('NOREPLID this server does not tell its replication id')
end
`

const (
	// KEYS: epoch.
	probeScript = history + `
return replid
`
	// KEYS: session, epoch. ARGV: now, lease (token), lease (µs), inbound, time to live (ms).
	openScript = clock + history + `
local have = redis.call('HMGET', KEYS[1], 'lease', 'until', 'in', 'attempts', 'version', 'data', 'unsent', 'board')
local attempts = tonumber(have[4]) or 0
if have[1] ~= ARGV[2] then
	if have[1] and tonumber(have[2]) > now then
		return false
	end
	attempts = have[3] == ARGV[4] and attempts + 1 or 1
	redis.call('HSET', KEYS[1], 'lease', ARGV[2], 'until', expiry(ARGV[3]), 'in', ARGV[4], 'attempts', attempts)
	redis.call('PEXPIRE', KEYS[1], ARGV[5])
end
local epoch = redis.call('GET', KEYS[2])
if not epoch then
	epoch = ARGV[2] -- any text that was never used
	redis.call('SET', KEYS[2], epoch)
end
return {have[5] or '0', have[6] or '', have[7] or '', attempts, epoch .. '.' .. replid, have[8] or ''}
`
	// KEYS: session, wake. ARGV: now, lease (token), lease (µs), version, version + 1, data, unsent,
	// wake (empty = never), member, a text of this call alone.
	//
	// The lease alone tells that nobody else has saved. The version only tells two saves of ours
	// apart; it may jump ahead, when what is here is older than the snapshot the session came from.
	saveScript = clock + `
local have = redis.call('HMGET', KEYS[1], 'lease', 'version', 'saved')
if not have[1] or have[1] ~= ARGV[2] then
	return 0
end
if have[3] == ARGV[10] then
	return 1
end
if (tonumber(have[2]) or 0) > tonumber(ARGV[4]) then
	return 0
end
redis.call('HSET', KEYS[1], 'version', ARGV[5], 'data', ARGV[6], 'until', expiry(ARGV[3]), 'saved', ARGV[10])
if ARGV[7] == '' then
	redis.call('HDEL', KEYS[1], 'unsent')
else
	redis.call('HSET', KEYS[1], 'unsent', ARGV[7])
end
if ARGV[8] == '' then
	redis.call('ZREM', KEYS[2], ARGV[9])
else
	redis.call('ZADD', KEYS[2], ARGV[8], ARGV[9])
end
return 1
`
	// KEYS: session, wake. ARGV: lease (token), forgive, sent, wake (empty = never), member, board.
	releaseScript = `
if redis.call('HGET', KEYS[1], 'lease') ~= ARGV[1] then
	return 0
end
redis.call('HDEL', KEYS[1], 'lease', 'until')
if ARGV[2] == '1' then
	redis.call('HDEL', KEYS[1], 'attempts')
end
if ARGV[3] == '1' then
	redis.call('HDEL', KEYS[1], 'unsent')
	redis.call('HSET', KEYS[1], 'board', ARGV[6])
	if ARGV[4] == '' then
		redis.call('ZREM', KEYS[2], ARGV[5])
	else
		redis.call('ZADD', KEYS[2], ARGV[4], ARGV[5])
	end
end
return 1
`
)
