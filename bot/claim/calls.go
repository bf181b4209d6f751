package claim

import "time"

// Calls is how far the program has come in calling engineers for a claim (domain.md 6.2 and 11).
// What was done is counted: a clock that jumps skips nothing and repeats nothing. While nobody has
// the claim they are the pings of its severity's chain; once somebody has, the question how it
// goes; while the customer was asked, his reminders. The zero value calls nobody.
type Calls struct {
	Since time.Time `json:"since,omitzero"` // when their clock started, UTC: it came in, or was taken and last worked on
	Done  int       `json:"done,omitempty"` // how many went out since then
	Last  time.Time `json:"last,omitzero"`  // when the last of them went out, UTC
	Next  time.Time `json:"next,omitzero"`  // when the next one is due, UTC; zero = never
}
