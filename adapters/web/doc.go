// Package web is a chat platform in a browser page: the same bot as on every
// other channel, and in the demo the engineers' desk beside it.
//
// # How it works
//
// The page posts what a person does to /chat/{chat}/send, one JSON object at a
// time, under an id that it made itself and repeats at every retry. The answer
// is 200 only after the handler returned nil (promise P2), otherwise 503, and
// the page keeps the message - also over a reload - until it is accepted. What
// stands in a chat is kept in one file a chat (file room.go), so a reload or a
// restart of the program shows it again. Every page that is open listens to
// /chat/{chat}/events, a stream of server-sent events: one message, in its
// present state, an event.
//
// A customer is a random signed cookie; the chat has the cookie's id. In the
// demo one writes as one of several sample people, each with a chat of one's
// own, and as one of several engineers in the room called [Desk].
//
// The package adapters/web/fake is a browser without a browser and documents
// the protocol's JSON.
package web
