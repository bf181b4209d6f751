// Package bot says what a conversation is. It holds the words that flows, adapters and stores
// share (message.go, event.go, flow.go), the ports it needs from outside (channel.go, ports.go, upload.go) and the
// engine that works one inbound message as one turn: open, decide, do, save, send, release
// (engine.go, and docs/architecture.md for the picture).
//
// Nothing in this package knows a channel or a database by name.
package bot
