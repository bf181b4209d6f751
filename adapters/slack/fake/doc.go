// Package fake is a Slack without Slack, for tests: one host with the Web API, the files, the response_urls
// and Socket Mode of one workspace with one app, as strict as the real one, with people and channels that a
// test moves, and with faults on demand. It knows nothing of the adapter.
//
// # Strictness
//
// Every call is compared with the Web API's description (testdata/README.md). What the real server would
// ignore in silence - a misspelt argument, a channel's name in place of its id, the token sent to a strange
// host - is kept in [Server.Mistakes]: a test fails when there is one. What the real server refuses is
// refused with its own words; the tests of this package cite platform-facts.md for each.
//
// # Moving it
//
// [Server.NewPerson], [Server.NewStranger], [Server.NewChannel] and their like make people and chats; the
// methods of [Chat] and [Person] let people do things, each of which is a [Deed]: the events, interactions or
// commands that the bot is told of, by HTTP after [Server.Connect], else by Socket Mode. What a person
// sees is [Chat.Visible], [Chat.Ephemeral], [Person.Modal] and [Person.Home], whom it pings and where it leads
// included; what the bot did is [Server.Calls]. [Server.Inject] and the methods beside it make things go
// wrong. Everything is safe for concurrent use.
//
// # Where it differs from the real server
//
//   - What happens before the bot is connected waits for it; the real server loses it.
//   - Within one chat the next event is handed over once the first attempt of the one before has ended,
//     unless [Config.Unordered]; the real server promises no order.
//   - Pauses before retries run on the real clock, scaled by [Config.Pace]; what expires follows [Config.Now].
//   - An app whose deliveries fail is never switched off (platform-facts.md 68), and views.open closes the
//     modals that are open.
//   - The mrkdwn of a text is read as far as tests need it: no emoji names, no lists, no bare domains.
//   - No group direct messages, no block_suggestion, no user groups, no legacy attachments, no token rotation.
package fake
