// Package slack is Slack as a channel of the bot.
//
// # Receiving
//
// Slack posts events, presses and commands to /hook/slack, signed; with an app
// token it sends the same through a WebSocket instead (Socket Mode). Either
// way each must be acknowledged within three seconds, and a press never comes
// again. So the handler gets most of that time; what it has not worked by then
// is stored in the inbox or, when no store answers, in a file of the spool,
// which is worked later (promise P2).
//
// While an update waits in the spool, later ones of its chat are kept behind
// it, in their order, for ten minutes at most; only emergency words among them
// are answered at once. The spool is this replica's own: an update that Slack
// hands to another replica meanwhile does not know of it, and is worked first.
//
// A message is known by its channel and timestamp: a mention comes as two
// events, and retries may have new event ids.
//
// A message that takes more than a second has a reaction, an hourglass, until
// it has been worked: a bot cannot show that it is typing.
//
// After a gap - the start, a new connection - private chats are read from
// where they were last heard: Slack does not hand over everything later.
//
// # Windows and the page
//
// A press, the shortcut and the command bring a trigger that opens a window,
// within three seconds and once: the inbound says Modal. When Slack opens
// none, the inbound is worked once more without, and the question is asked in
// the chat. What is filled in comes back as bot.Filled; the acknowledgement
// says what is wrong at the fields, or closes the window. What is not worked
// in time is stored like a message, and what is wrong is said in the chat.
//
// A window keeps where its button stood; who acts is who Slack says has sent
// it. The page is the app's tab Home: it is shown anew at each visit, and a
// press on it is one in the private chat.
//
// # Sending
//
// One message of the bot is one call of the Web API. Its words go as rich
// text, whose elements are typed: nothing that a person wrote can mention,
// link or format (promise P6). What was sent lately is remembered, so that
// its buttons can be taken away.
//
// # The library
//
// Of slack-go we use the Web API, the blocks, the check of signatures and
// Socket Mode. Events are decoded here: an event that the library does not
// know is an error to it (platform-facts.md 94). Files are downloaded here:
// what it writes may be the sign-in page (platform-facts.md 101).
package slack
