// Package telegram is Telegram as a channel of the bot.
//
// # Receiving
//
// With a webhook secret Telegram posts updates to /hook/telegram, and each is
// acknowledged after the handler has returned nil. Without one a single
// process of all replicas polls, under a lease: a batch goes into the inbox
// with one call, and only then the offset moves (promise P2). While the inbox
// takes nothing the handler is called directly, so that an emergency is
// answered, and the batch comes again.
//
// # Sending
//
// One message of the bot is one call of the Bot API. Styles go as HTML; what
// the platform would read as a mark is escaped. Every call passes the shared
// limits first; what the platform refuses becomes the errors of the port.
//
// # The library
//
// Of go-telegram-bot-api we use the parameters, the keyboards and the form of
// an answer. Calls, decoding and polling are our own, for the reasons of
// platform-facts.md 47-61: its calls have no context and their errors show the
// token, its types lack what is newer than 2021, and its poll loop loses what
// a crash interrupts.
package telegram
