// Package servers starts private Postgres and Redis servers for tests: on free loopback ports, in
// temporary directories, never as root. A server ends and its files go with Close, and also when the
// program that started it dies.
//
// Killing a server loses what a crash of the server loses, and no more: what it gave to the system
// is there when it starts again. So nothing here waits for the disk, and yet Postgres loses no
// commit but those with synchronous_commit off, and Redis nothing that its append-only file got.
package servers
