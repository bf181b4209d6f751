package web

import "github.com/optoste/supportbot/bot"

// Refuse lets the platform refuse messages: whatever f returns is Send's error.
func (a *Adapter) Refuse(f func(bot.Outgoing) error) { a.refuse = f }

// KeepRooms is how many idle chats stay in memory.
const KeepRooms = keepRooms

// MaxAge is how long ago a page may say that something was written.
const MaxAge = maxAge
