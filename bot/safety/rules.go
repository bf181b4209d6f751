package safety

import "math/bits"

// A concept is what a term of the lexicon stands for. A term may stand for
// several, so concepts are a set of bits.
type concept uint64

const (
	cover   concept = 1 << iota // a harmless phrase: hides the words it is made of
	early                       // no meaning: the term is found before the others
	known                       // a correct word that looks like a misspelt one
	danger                      // an emergency by itself
	burning                     // an emergency by itself, unless it is a recipe that is burnt to a disc
	fire                        // an emergency, unless valves fire
	injury                      // an emergency, unless it is the fruit that is injured
	burn                        // burnt, scorched, melted
	smell                       // smell, taste of air
	odd                         // strange, sharp (of a smell)
	place                       // where electricity is: cabinet, motor, board
	wire                        // cable, plug, insulation: it does not burn without danger
	machine                     // the machine, the hall
	limb                        // a part of a body
	trap                        // what machines do to limbs
	grip                        // what machines do to limbs, said before the limb (夹到手)
	person                      // worker, operator
	harm                        // what happens to persons only
	shock                       // shock, if a person is near
	touch                       // to touch, a frame
	live                        // under voltage
	guard                       // door switch, interlock
	bypass                      // to bridge, to remove
	ray                         // X-ray, radiation
	screen                      // what keeps rays in
	lead                        // what keeps rays in and is named after it
	damage                      // torn, cracked, open
	leak                        // leak, exposure
	laser                       // laser
	open                        // door open
	eye                         // eyes
	hit                         // to hit, to shine into
	boom                        // went off
	lit                         // Russian: burns, or is lit
	lamp                        // lamp, message, LED
	eject                       // what fires in a sorter
	produce                     // what is sorted
	data                        // what is burnt to a disc
	not                         // negation
	filler                      // may stand between a negation and its word
	or                          // carries a negation to the next word
	lift                        // after the word: it did happen
)

// alarmAlone are the concepts that need no company.
const alarmAlone = danger | burning | fire | injury

// A rule makes an emergency of concepts that stand close together in one
// sentence. Each field is a choice of concepts; third may be empty.
type rule struct {
	first, second, third concept
	within               int  // positions: 2 a word, 1 a Chinese character
	ordered              bool // second comes after first
	why                  string
}

var rules = []rule{
	{first: smell, second: burn, within: 12, why: "smells burnt, smell like burnt plastic, 烧塑料的味道"},
	{first: smell, second: odd, within: 8, why: "a strange smell is looked at by a person"},
	{first: smell, second: place | wire, within: 10, why: "a smell from a motor, a cabinet or a cable"},
	{first: burn, second: wire, within: 8, why: "a burnt or melted cable or plug can start a fire; a burnt fuse or board is a repair"},
	{first: machine, second: burn, within: 4, ordered: true, why: "the machine burned, 机器烧了"},
	{first: burn, second: limb, within: 10, why: "burnt his hand"},
	{first: person, second: burn, within: 4, ordered: true, why: "the worker was burned"},
	{first: limb, second: trap, within: 14, why: "hand caught, 手被皮带夹了"},
	{first: grip, second: limb | person, within: 3, ordered: true, why: "夹到手, 压到人"},
	{first: person, second: harm, within: 10, why: "the worker was crushed, fell, died"},
	{first: shock, second: person | limb | touch | machine | place, within: 10, why: "a shock from the frame"},
	{first: live, second: touch, within: 8, why: "the housing is live"},
	{first: guard, second: bypass, within: 12, why: "door switch removed or bridged (rule 1)"},
	{first: ray, second: leak, within: 12, why: "X-ray leak (rule 1)"},
	{first: lead, second: damage | leak, within: 16, why: "lead curtain torn"},
	{first: ray, second: screen, third: damage, within: 16, why: "shield of the X-ray box is cracked"},
	{first: ray | laser, second: open, within: 14, why: "beam on with the door open"},
	{first: eye, second: hit | laser | trap | burn, within: 12, why: "air jet or laser in the eye"},
	{first: boom, second: place | wire | machine | smell | lamp, within: 10, why: "电容炸了"},
	{first: lit, second: place | wire | machine, within: 8, why: "Russian горит щит"},
}

func (r rule) all() concept { return r.first | r.second | r.third }

// met reports whether the present hit completes the rule with what was seen.
func (r rule) met(is, seen concept, here int32, last *[64]int32) bool {
	near := func(want concept) bool {
		for set := want & seen; set != 0; set &= set - 1 {
			if int(here-last[bits.TrailingZeros64(uint64(set))]) <= r.within {
				return true
			}
		}
		return false
	}
	if r.ordered {
		return is&r.second != 0 && near(r.first)
	}
	parts := [3]concept{r.first, r.second, r.third}
	used := false // the present hit stands for one part only
	for _, part := range parts {
		switch {
		case part == 0:
		case near(part):
		case is&part != 0 && !used:
			used = true
		default:
			return false
		}
	}
	return used || is&r.all() != 0
}

// An excusing makes a word harmless by another word near it.
type excusing struct {
	what, by concept
	within   int
	after    bool // the excusing word must come later
	why      string
}

var excuses = []excusing{
	{what: fire, by: eject, within: 12, why: "valves fire"},
	{what: injury, by: produce, within: 4, after: true, why: "injured kernels are what sorters remove"},
	{what: burning | burn, by: data, within: 12, why: "burned the recipe to a stick"},
	{what: burning | burn, by: produce, within: 4, after: true, why: "burnt coffee beans"},
	{what: lit, by: lamp, within: 10, why: "горит красная лампа: a lamp is lit"},
}
