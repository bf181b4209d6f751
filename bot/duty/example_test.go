package duty_test

import (
	"fmt"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// A line is down at two in the morning.
func ExampleDesk_Next() {
	desk := duty.Default()
	two := time.Date(2026, 11, 27, 2, 0, 0, 0, claim.Shantou)
	watch := duty.Watch{Severity: claim.LineDown, Since: two}
	for done := range 5 {
		ping, _ := desk.Next(watch, done, two)
		fmt.Println(ping.Due.In(claim.Shantou).Format("15:04"), ping.Way, ping.People[0].Name)
	}
	// Output:
	// 02:00 mention Wang Lei
	// 02:00 direct Wang Lei
	// 02:10 direct Wang Lei
	// 02:20 direct Wang Lei
	// 02:30 direct Li Na
}

// A customer in Peru writes when Spring Festival has begun in China.
func ExampleCalendar_Next() {
	lima := time.FixedZone("Lima", -5*60*60)
	asked := time.Date(2026, 2, 14, 18, 0, 0, 0, lima)
	next := duty.Default().Calendar.Next(asked)
	fmt.Println("Our next working hour is", next.In(lima).Format("Monday, 2 January, 15:04."))
	// Output: Our next working hour is Monday, 23 February, 19:30.
}
