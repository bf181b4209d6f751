package safety_test

import (
	"fmt"

	"github.com/optoste/supportbot/bot/safety"
)

func ExampleEmergency() {
	for _, text := range []string{
		"burning smel from cabinet", "电柜冒烟了", "someone was hurt, no fire",
		"no smoke, no smell, it just does not start", "how do I fire the valves?", "没有冒烟",
	} {
		fmt.Println(safety.Emergency(text), text)
	}
	// Output:
	// true burning smel from cabinet
	// true 电柜冒烟了
	// true someone was hurt, no fire
	// false no smoke, no smell, it just does not start
	// false how do I fire the valves?
	// false 没有冒烟
}
