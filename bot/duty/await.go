package duty

import "time"

// Await says what happens while the customer has been asked for something (domain.md 6.2).
type Await struct {
	RemindAfterDays   []int `yaml:"remind_after_days"`    // the customer, each once; working days, ascending
	TellDeskAfterDays int   `yaml:"tell_desk_after_days"` // that nobody has answered; all days count
}

// await is what holds where the file says nothing.
var await = Await{RemindAfterDays: []int{2, 5}, TellDeskAfterDays: 14}

// Awaiting returns when the next of these things is due for a customer who was asked at a time, after
// so many are done: the reminders, and then, with desk true, that the desk is told. ok is false when
// all is done. It is always working time.
func (d *Desk) Awaiting(asked time.Time, done int) (at time.Time, desk, ok bool) {
	switch n := len(d.Await.RemindAfterDays); {
	case done < n:
		return d.Calendar.AddDays(asked, d.Await.RemindAfterDays[max(done, 0)]), false, true
	case done == n:
		return d.Calendar.Next(asked.AddDate(0, 0, d.Await.TellDeskAfterDays)), true, true
	}
	return time.Time{}, false, false
}
