package plate

// What tests reach that callers do not.
var (
	Guard      = guard
	ReadWithin = readWithin
)
