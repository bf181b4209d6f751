package rules

import "github.com/optoste/supportbot/bot/claim"

// Facts is everything that [Edition.Judge] looks at, for one line of a claim. The zero value is
// a claim about which nothing is known; it is judged too (D15).
//
// "Today" is not among the facts: coverage is frozen at the claim date (domain.md E10).
type Facts struct {
	// Claimed is the day in Shantou of the customer's first message about this malfunction
	// (domain.md 5.1). Zero = not known.
	Claimed claim.Date
	// Earlier is an earlier day on which the fault was reported by another channel (E11), or
	// that of the earlier claim it was merged with (E8). It counts only with EarlierProven.
	Earlier       claim.Date
	EarlierProven bool
	// Machine is the registry's entry with all its serviced parts, each delivery an entry. A
	// machine without a serial number is not in the registry (E1).
	Machine claim.Machine
	// Stated is the delivery date as the customer tells it; zero = not told (E3, E5).
	Stated claim.Date
	// Severity as the customer told it; a question is answered by D19 until somebody finds a fault.
	Severity claim.Severity
	// Findings is what people have found out and decided; zero at intake.
	Findings claim.Findings
	// Overdue tells that a defective part of an earlier advance replacement is still out (E29).
	Overdue bool
	// Again is the day on which a PSS number that had expired is asked for again; zero = it is
	// not (E10, domain.md 6).
	Again claim.Date
}
