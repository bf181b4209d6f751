package storetest

import (
	"encoding/json"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// aClaim is a claim with every field filled, as a flow would hand it over, on two machines of
// Nuts Ltd.
func aClaim() claim.Claim {
	return claim.Claim{
		Status:   claim.Open,
		Severity: claim.LineDown,
		Lines: []claim.Line{
			{Serial: "OS-2025-0417", Model: "VS-600", Company: "nuts", Verdict: claim.Verdict{
				Coverage: claim.In, Flags: []claim.Flag{claim.Borderline}, LastDay: claim.Date{Year: 2026, Month: time.June, Day: 30},
				Terms:   claim.Terms{Row: "D2", ShipsFirst: claim.PaidByUs, PSS: claim.PSSYes},
				Because: []claim.RuleID{"D2", "W1"}, Policy: "2026-01",
			}},
			{Serial: "OS-2019-0003", Check: true, Verdict: claim.Verdict{Coverage: claim.Undetermined, Because: []claim.RuleID{"E1"}}},
		},
		Description: emoji,
		Evidence: []claim.Evidence{
			{Hash: name("hash", 1), Name: "板子 😀.jpg", Mime: "image/jpeg", Size: 123456, Caption: "the board", At: day(2)},
			{Hash: name("hash", 2), Mime: "video/mp4", Size: 9_000_000_000, At: day(2).Add(time.Second)},
		},
		Reporter: mei(), Channel: "chat", Chat: "4711", Thread: "12",
		Lang: "en", Owner: claim.Actor{Role: claim.Staff, ID: "wang", Name: "Wang"}, Date: claim.DateOf(day(2)), Opened: day(2), Changed: day(2),
		Policy: "2026-01", Duplicate: "C-2602-0009",
		Surveyed: true, Rating: claim.Rating{Score: 4, Words: "很快 👍", By: claim.Actor{Role: claim.Customer, ID: "mei-1", Name: "Mei"}},
		OpenReturns: 1, BoardsOut: 2, OpenQuotations: 3,
		Calls: claim.Calls{Since: day(2), Done: 1, Last: day(2).Add(time.Minute), Next: day(2).Add(time.Hour)},
	}
}

func mei() claim.Person {
	return claim.Person{ID: "mei-1", Name: "Mei 👩🏽‍🔧", Lang: "zh", Zone: "America/Lima", Company: "nuts", Why: "qr"}
}

// key is an effect's key whose arguments have the given hash.
func key(inbound, hash string) bot.EffectKey {
	return bot.EffectKey{Inbound: inbound, Kind: "open_claim", Subject: "OS-2025-0417", Hash: hash}
}

// told is a note to the desk with everything filled.
func told(id string) bot.Inbound {
	return bot.Inbound{
		ID: id, Order: 7, Sent: day(2), From: bot.Sender{ID: "mei-1", Name: "Mei", Lang: "zh"},
		To: bot.Address{Channel: "chat", Chat: "desk", Thread: "3"}, Message: "99", ReplyTo: "98",
		Event: bot.Told{
			News: bot.NewsOpened, Claim: "C-2603-0001", By: claim.Actor{Role: claim.Customer, ID: "mei-1", Name: "Mei"},
			Lang: "zh", Text: emoji, Files: []bot.File{{Hash: name("hash", 1), Name: "a.jpg", Mime: "image/jpeg", Size: 12}}, About: "OS-2025-0417",
		},
	}
}

// aSession is a session in the middle of a draft, with every field filled that a store keeps.
func aSession(k bot.Key) bot.Session {
	skew := 250 * time.Millisecond
	return bot.Session{
		Key: k, Person: mei(), To: bot.Address{Channel: k.Channel, Chat: k.Chat, Thread: "12"},
		Seen: []string{"in-1", "in-2"}, Order: 1 << 60, Skew: &skew,
		Frames: []bot.Frame{{
			ID: "1", Flow: "report", Step: "describe", State: json.RawMessage(`{"serial":"OS-2025-0417","words":"停了 😱","n":[1,2.5,null]}`),
			Version: 4, Args: bot.Args{Claim: "C-2603-0001", Payload: "m-1"}, From: "serial", Asked: day(2),
			Answers: []bot.Answered{{Message: "17", Step: "serial", Text: "os2025"}},
		}},
		Frame: 1, Unsent: []bot.Outgoing{outgoing("out-1"), outgoing("out-2")},
		Shown: []bot.Choice{{ID: "1.4.yes", Label: "Yes 👍"}}, Pressed: []bot.ChoiceID{"1.3.no"},
		Timers: []bot.Timer{{Name: "album", Frame: "1", Version: 4, At: day(2).Add(time.Minute)}},
		Filed:  []bot.Filed{{Message: "16", Claim: "C-2603-0001", Text: emoji}}, Active: day(2),
	}
}

func outgoing(id string) bot.Outgoing {
	return bot.Outgoing{
		ID: id, To: bot.Address{Channel: "chat", Chat: "4711", Thread: "12"}, ReplyTo: "17", Replace: "18",
		Message: bot.Message{
			Text: emoji, Choices: []bot.Choice{{ID: "1.4.yes", Label: "Yes 👍"}},
			Files: []bot.File{{Hash: name("hash", 1), Name: "copy.pdf", Mime: "application/pdf", Size: 77}},
		},
		Card: "C-2603-0001",
	}
}

func conversation(person string) bot.Key {
	return bot.Key{Channel: "chat", Chat: "4711", Person: claim.PersonID(person)}
}
