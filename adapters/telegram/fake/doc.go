// Package fake is a Telegram Bot API server without Telegram, for tests: as strict as the real one,
// with people and chats that a test moves, and with faults on demand. It knows nothing of the adapter.
//
// # Strictness
//
// Every call is compared with the Bot API's description (testdata/README.md). What the real server
// would ignore in silence - a misspelt parameter, a type that it reads as zero - is answered with 400
// and kept in [Server.Mistakes]: a test fails when there is one. What the real server refuses is
// refused with its own words; the tests of this package cite platform-facts.md for each.
//
// # Moving it
//
// [Server.NewPerson], [Server.NewGroup] and their like make people and chats; the methods of [Chat]
// let people do things, each of which makes an [Update] (or none, when the bot may not see it). What
// a person sees is [Chat.Visible]; what the bot did is [Server.Calls]. [Server.Inject] and the methods
// beside it make things go wrong. Everything is safe for concurrent use.
//
// # Where it differs from the real server
//
//   - A file given as a URL is not fetched: "failed to get HTTP URL content".
//   - Long polls, retries of a webhook and the pauses after a conflict run on the real clock, scaled by
//     [Config.Pace]; ages and expiry follow [Config.Now].
//   - Private chats have no topics, and there are no paid messages, business connections or inline mode.
package fake
