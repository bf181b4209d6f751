// Package redis keeps sessions in Redis 7 for any number of replicas: one server, Sentinel or
// Cluster. [Sessions] implements [bot.Sessions]; each call but Due is one script, which is one
// round trip and one step that nobody can come between.
//
// # Keys
//
// A conversation belongs to one of 256 shards by a hash of its key. All keys of a shard have the
// hash tag {shard}, so that on a Cluster they live together:
//
//	supportbot:1:{17}:s:telegram/-100/5   a hash: data, unsent, version, lease, until, in, attempts, saved
//	supportbot:1:{17}:wake                a sorted set: the time to wake each of the shard's conversations
//	supportbot:1:{17}:epoch               a random text, made when it is missing
//
// What replicas share besides has keys of its own, which spread over a Cluster:
//
//	supportbot:1:{lease:telegram}         a hash: owner, until
//	supportbot:1:{limit:telegram}         the time at which the bucket will be full again
//
// Times are microseconds since 1970. A conversation is forgotten 30 days after its last turn; its
// wake time stays, and then the memory comes back from the snapshot. Set maxmemory-policy to
// noeviction: whatever else is evicted comes back from the snapshots, but an evicted wake set would
// leave its timers waiting for the next message of each conversation.
//
// # Epoch
//
// Session.Current must be another one whenever this memory may have lost something that was saved:
// the engine then compares with the snapshot, and the newer version wins. Current that changes
// without a loss costs one comparison. It is made of two parts:
//
//   - the shard's epoch key, which goes when the memory goes;
//   - the server's replication id (INFO replication, master_replid), which Redis draws anew when a
//     server starts and when a replica becomes the master, and never uses again.
//
// Open reads both inside its script, together with the memory that they speak of, so there is no
// cached value that could be old. (This costs the server 4 µs. The run_id would cost more, and it
// comes back: after a failover from A to B, which loses what B had not received, and another one
// back to A, the run_id is again the one under which the lost version was saved.)
//
//	what happens                          epoch key   replication id   Current
//	reconnect, SCRIPT FLUSH               same        same             same
//	restart without persistence           new         new              changes
//	restart with AOF or RDB               same        new              changes (the last second may be lost)
//	restore of an old dump (a restart)    old one     new              changes
//	FLUSHALL, FLUSHDB                     new         same             changes
//	failover, also there and back         same        new              changes
//	Cluster: slots move to another node   same        that node's      changes
//	epoch key evicted or deleted          new         same             changes
//	last replica gone for an hour         same        new              changes
//
// Not noticed: a virtual machine set back together with its running Redis, keys put back one by one
// with RESTORE into a server that runs on, and DEBUG RELOAD of an old file.
//
// # Clock
//
// Leases end, and buckets fill, by the clock of the Redis server (TIME), so the replicas' clocks do not matter. A
// failover to a server whose clock is ahead may end a lease early; Save then answers with
// [bot.ErrConflict] and the turn is taken again. Wake times are compared with the time that the
// caller gives.
//
// # Rights
//
// The user needs the commands eval, evalsha, hmget, hget, hset, hdel, zadd, zrem, zrange, get, set,
// pexpire, time and info on the keys supportbot:*; [Open] fails when info is forbidden.
package redis
