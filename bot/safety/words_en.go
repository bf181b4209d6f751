package safety

// english holds the English terms. Misspellings of short words are listed,
// since one wrong letter makes another word of them (flame, frame; spark,
// spare; smell, small).
var english = []entry{
	// Smoke. "smoked" is food unless a machine did it; see below.
	{danger, `smoke, smokes, smoking~, smokin, smokeing, smok, smoek, somke, somking, smke, smocke, smoce, sm0ke, fumes
		smokefrom*, smokecoming*, smokein*, smokeout*, smokes*
		it|machine|motor|cabinet|board|box|cable|lamp|supply|sorter|valve|fan|pcb|computer|transformer smoked
		it|machine|motor|cabinet|board|box|cable|lamp|supply|sorter|valve|fan|pcb|computer|transformer has|just|also|was smoked
		is|was|all|very|so smoky|smokey, smoky|smokey room|hall|air, issmoke, ofsmoke, thesmoke, seesmoke, smokethere`},
	{danger | early, `smoke|fire alarm|detector|sensor went|goes|going|is|was|has off|ringing|sounding|triggered|activated|beeping|on
		smoke|fire alarm|detector triggered|rings|rang|ringing
		used|with|took fire|the|an|a extinguisher, used|with|took a|the fire extinguisher, fire extinguisher was used, extinguished~`},
	{danger, `fire alarm`},
	{cover, `smoke|smoky|smokey coloured|colored|colour|color|grey|gray|brown|glass|quartz|bottles|bottle|tint|tinted|black
		smoke free|test|house|flavour|flavor|taste|point|sensor|detector|detectors, liquid smoke, no smoking, smokefree
		smoking area|areas|room|rooms|break|ban|is prohibited|forbidden, smoking area|areas|room|rooms|break|ban
		smoke|fire alarm test|system|panel|connection|interface|input|signal|contact|relay|wiring`},

	// Fire as a noun. The bare word is judged by whether valves are near.
	{danger, `on fire, onfire, catch|catches|catching|caught|cought|take|takes|took fire, start|started|starting a|the fire
		a|small|big|little|huge|electrical|electric fire, fire in|inside|under|behind|near|from|beside|next|outside
		fire broke|started|breaks out
		there is|was fire, is it fire, fire brigade|fighters|fighter|department|engine|truck|service called|came|coming|here|arrived
		call|called|calling fire|the fire|firebrigade brigade|fighters|department, firefighters, fireman, firemen, firebrigade, ablaze
		blaze
		fire and|with|or smoke, smoke and fire, flame|flames|flamme|flammes|flaming, inferno, evacuate~, evacuated~, evacuation
		smouldering~, smoldering~`},
	{fire, `fire, fier, fires`},
	{cover, `fire extinguisher|extinguishers|protection|drill|drills|insurance|safety|proof|rating|rated|certificate|door|doors|wall|walls|regulation|regulations|class|resistant|retardant|exit|inspection|inspector|hydrant|test|blanket
		flame retardant|proof|resistant|resistance|rated|roasted|detector|red
		to|will|would|can|could|should|must|may|not|dont|doesnt|didnt|cant|wont|never|always|only|they|all|both|does|do|did fire
		valve|valves|ejector|ejectors|nozzle|nozzles|gun|guns|jet|jets|channel|channels|solenoid|solenoids|it|camera|cameras|outputs|output fire|fires
		fire them|one|two|valve|valves|ejector|ejectors|nozzle|nozzles|channel|channels|up|rate|time|times|delay|pulse|pulses|signal|command|button|late|later|early|twice|once|together|manually|wrong|correctly|wall|duration
		fires|fire now|again|ok|normally|correctly, none|some|it|which|what fires
		fire in|at|on groups|group|pairs|blocks|rows|time|sequence|order|once|random|command|wrong|will`},

	// Burning. What is burnt is an emergency only with a smell, a limb, a cable or a whole machine.
	{burning, `burning~, burnin, burnning, burining, is|are on flames, in flames, scorching~`},
	{burn, `burn, burns, burnt, burned, brunt, bruned, burnd, charred, scorched, singed, melt, melts, melted, melting, molten, glowing
		red hot, smouldered`},
	{danger, `burning|burnt|burned|burn|burnin|brunt|scorched|charred|smoky|electrical|electric smell|smells|smel|smeel|odor|odour|stink|stench
		smell|smells|smel|odor|odour|stench|stink of|like|from burning|burnt|burned|burn|smoke|smoking|fire|gas|melting|melted
		smell|smells|smelling|smelled|smelt|smel burning|burnt|burned|burn|smoke|smoky|gas, gas smell, got|gets|get|been burnt|burned
		burned|burnt himself|herself|themselves|myself|me|him, burn injury|injuries|marks|mark on, burn injury|injuries`},
	{cover, `burnt|burned|burn out|off|in, burning question|issue|cpu|time, burn out, burnout
		not|all|red|green|yellow|blue|indicator|signal lamp|lamps|light|lights|led is|are|not burning
		red|green|yellow|blue|indicator|signal|all lamp|lamps|light|lights|led burning, burning red, fully burning, smell burn in`},
	{smell, `smell~, smells, smel, smels, smeel, smelling~, smelled~, smelly, odor, odour, odors, odours, stink, stinks, stinking, stench
		scent`},
	{odd, `strange, weird, funny, unusual, sharp, pungent, acrid, chemical, plastic, rubber, ozone, electrical, electric, electronic
		insulation, toxic, hot, acid, suspicious`},
	{data, `usb, stick, recipe, recipes, cd, dvd, disc, disk, file, files, image, iso, firmware, licence, license, programme, program, card
		software, eprom`},

	// Where electricity is. Cables and plugs are apart: they may not even be burnt.
	{place, `cabinet, cabinets, cabin, electric|electrical|control|power|switch|junction|distribution box|panel|cabinet|cupboard|board
		enclosure
		motor, motors, transformer, inverter, power supply, psu, ipc, pcb, board, boards, capacitor, battery, compressor, ups
		electronics`},
	{wire, `cable, cables, wire, wires, wiring, plug, plugs, socket, sockets, connector, connectors, terminal, terminals, insulation
		harness, contactor`},
	{machine, `machine, mashine, machin, sorter, equipment, factory, warehouse, workshop, building`},

	// Sparks.
	{danger, `spark, sparks, sparke, sparkes, sparcs, sparc, sparkings, sparking~, sparked, spraks, spraking, arcing, arc flash
		electric|electrical arc`},
	{cover, `spark plug|plugs|proof|free|brand|model|sorter|machine|compressor|line|company|team|ltd|app|series|erosion
		spark 1|2|3|4|5|6|100|200|300|400|500|600|800|1000, brand|model|company|name|apache|dji is|called|was spark
		brand|model|company|name|apache|dji|by spark
		sparking|sparkling water|wine`},
	{known, `sparkling, sparkle, parking, spanking, insured, insure, insures, crashed, tripped, turning, running, stocked, exploded view
		boring, bringing, ensured, turing`},

	// Electric shock.
	{danger, `electric~|electrical~|elektric|elektrik|electrik|electic|eletric|elektrical|electro|electricity shock|shocks|shok|shoks|schock|choc|chock|shocked|shoked|sock
		electroshock, electrocut*, electrocuted~, electrucut*, elektrocut*, electricuted
		got|get|gets|getting|gave|gives|give|giving|feel|feels|felt|received|receive|receives|took|had|have|suffered a|an|strong|heavy|light|small|slight shock|shok|schock
		got|get|gets|getting|gave|gives|give|giving|feel|feels|felt|received|receive|receives|suffered shock|shocks|shok|schock|shocked|zapped|electrocuted|tingling
		shocked|shocks|shocking me|him|her|them|us|people|workers|worker|operator|operators|when|my|his
		shocked by the machine|sorter|frame|panel|cabinet|box|metal|cable|wire|lamp|housing
		feel|feels|felt|got|get|gets|receive|receives|received current|electricity|electric|voltage, by electricity
		hit|thrown|struck|bitten by current|voltage|power
		electricity|current|voltage leak|leaks|leaking|leaked, high voltage accident`},
	{shock, `shock, shocks, shok, shoks, schock, shocked~, zapped, zap, zaps, tingle, tingles, tingling, electrified`},
	{cover, `shock absorber|absorbers|absorbing|absorption|label|labels|watch|sensor|sensors|indicator|proof|resistant|mount|mounts|damper|dampers|test
		shock label, thermal|culture|bill shock
		shocked|shock by|about|at|to the|see|your|hear price|quote|quotation|invoice|bill|cost|delay
		shocked by|about|at|to price|your|see|hear|this|how, in shock about, tilt|impact shock`},
	{touch, `touch, touched, touching, touches, frame, housing, casing, chassis, bodywork, metal, body, hopper, handle`},
	{cover, `touch screen|panel|display|screens|panels|monitor|function|input|calibration|point, touchscreen, touchpanel
		frame rate|grabber|size|error|lost|per, key|each|every|image frame`},
	{live, `electrified, under voltage, under tension, energised, energized, is|are|becomes live, live when|if touched|touching
		has current|voltage|electricity when, has current|voltage|electricity|power on|in it, carries|carrying current|voltage`},

	// Persons and what happens to them.
	{injury, `injur*, injured~, injury, injuries~, injering, wounded~, wounds, hurt, hurts, hurted, hurting, hert`},
	{danger, `blood, bloody, blod, bloood, bleeds, bleed, bleeding~, ambulance~, ambulans, unconscious~, unconcious, unconsious, fainted
		passed out, not|stopped breathing, cannot|cant breathe|breath, heart attack
		taken|brought|sent|went|go|going|drove|is|in|rushed|to|at to|in|at|the hospital, in|to|at hospital, hospitalized~
		hospitalised~, choking, suffocating, poisoned, amputated~, amputation, broken|broke bone|bones|arm|leg|finger|wrist
		an|had|have|bad|serious|terrible|work|workplace|big|heavy accident, accident with|happened|today|yesterday|at|in, fatal
		fatality, casualty, casualties, electricution, first aid, lost consciousness
		cut|hurt|injured|harmed himself|herself|themselves|myself, stitches, paramedic, paramedics, emergency room
		call|called|calling|need|needs|see|to a|the doctor, doctor came
		hit|hits|struck|strikes a|the|his|her|my|our|one man|woman|worker|operator|colleague|face|head|hand|eye|person
		in|at|on|to the|his|her|my face
		worker|operator|man|woman|colleague|person|he|she|somebody|someone|electrician|technician is|was|has dead|died|killed
		worker|operator|man|woman|colleague|person|he|she|somebody|someone|electrician|technician died, burnt skin, burned skin`},
	{cover, `injury|accident|blood free|prevention|insurance
		blood orange|oranges|spot|spots|vein|veins|red|meal|sausage|pressure|plum|plums|peach, by accident
		zero|0 accidents|accident|injuries, injury claim form
		hurt|hurts the machine|product|products|warranty|glass|belt|grain|grains|quality|surface|sales|result|camera|valve|valves|lens|beans|nuts
		hurt|hurts our|your business|sales|customer|reputation|customers|production
		not|never hurt to, does|would|will|can it hurt if|to|when, hurts our, bleed|bleeding the|air|valve|screw|line|off|resistor
		air bleed|bleeding, bleed|bleeding colour|color|colours|ink, bloody hell|machine|thing|software|error`},
	{produce, `bean, beans, kernel, kernels, grain, grains, seed, seeds, nut, nuts, fruit, fruits, rice, almond, almonds, peanut, peanuts
		cashew, cashews, coffee, tea, potato, potatoes, apple, apples, berries, leaf, leaves, skin colour, crop, pistachio, pistachios
		raisins, lentils, chips, shrimp, shrimps, pieces, product, products, toast, corn, sesame`},
	{person, `worker, workers, operator, operators, colleague, colleagues, technician, technicians, electrician, electricians, employee
		employees, somebody, someone, person, man, woman, girl, boy, guy, people, he, she, him, her, me, staff, child, helper, cleaner
		mechanic, lady, collegue`},
	{harm, `fell|falls|falling|fall|slipped into|in|inside|down|from, fell down, dying, collapsed, hit by, struck by, knocked down, scalded
		blinded, lying on, is stuck in, stuck inside`},
	{harm | trap, `caught in|by|between|inside, cought in|by|between, trapped~, crushed~, pulled|dragged|sucked|drawn into|in|inside|down`},
	{limb, `hand, hands, finger, fingers, fingertip, thumb, thumbs, wrist, forearm, elbow, toe, toes, sleeve, sleeves, hair, glove, gloves
		arm, arms, scarf
		his|her|my|their|workers|operators|mans|womans|colleagues foot|leg|legs|head|face|shoulder|back|skin|clothes|neck|feet|jacket|coat`},
	{cover, `on the other hand, on one|other hand, by hand, by hands
		hand over, hands on training, hand held|wheel|wheels|book|tool|tools|brake|pump|lever|valve|crank|picked|picking|sorting|sorted|made|rail|written|shake|scanner|scanners|dryer|terminal|truck|lamp|wash|washing|drill|saw|luggage|side
		handwheel, second|left|right|third hand|handed, second|left|right hand side, give|gives|lend|giving|need me|us|him|a|some hand
		give|gives|lend|giving|need me|us|him a hand
		wiper|robot|robotic|swing|mechanical|lever|pivot|support|rocker|brush|roller|clamp arm|arms, arm of the wiper|robot|brush
		at|in|to|with hand, in good hands, hair crack|cracks|line|lines, human hair, fire arm, air brush hair
		finger print|prints|protection|guard|tip touch, rubber gloves in product, react|reacts|respond|responds to finger|fingers`},
	{trap, `caught, cought, trapped~, stuck, jammed, crushed~, pinched, squeezed, cut, cuts, cutted, pulled, dragged, sucked, bitten
		amputated, lost, broken, broke, smashed, bruised, swollen, taken, grabbed, grabs, inside, catches, catch, took, torn, ripped
		severed, pierced, torn off, sliced, chopped, trap, entangled, tangled, wrapped, hurt, catched, injuring, bleeding, came into
		went into, got into, got in, goes into, drawn, sprained`},
	{eye, `his|her|my|their|workers|operators|in|into|the eye|eyes, eyes`},
	{cover, `electric|photo|electronic|magic|human|naked|bird|birds eye|eyes, eye|eyes bolt|bolts|level|catching
		black eye|eyes beans|bean|peas, keep an eye, eye on`},
	{hit, `hit, hits, sprayed, spray, blew, blown, flew, flow, went, burned, hurts, hurt, see, blind, blinded, shot, shoot, injured
		looked, pain, painful, red, got`},

	// Guards, rays, light.
	{guard, `door|doors|safety|cover|guard|gate switch|switches|interlock|interlocks|sensor|contact|lock, interlock~, interlocks
		safety door|guard|cover|relay|circuit|gate|device|light|curtain, light curtain, guard, guards, emergency stop, e stop, estop
		protective|protection|protecting cover|hood|door|guard|shield`},
	{bypass, `bypass~, bypassed~, bypassing, bridge, bridged, bridging, jumper, jumpered, jumped, remove, removed~, removing, shorted
		short circuited, disable, disabled~, disabling, defeat, defeated, tape, taped, taping, overridden~, override, overrode, cheat
		cheated, taken off|out|away, took off|out|away, take off|out|away, manipulated, tricked, fooled, magnet, missing`},
	{cover, `interlock|switch|guard|door|cover|safety error|alarm|message|fault|warning|icon|sign|symbol, security guard|guards, guard hair
		remove|clear|reset the|this alarm|message|error|fault`},
	{ray, `x ray|rays, xray, xrays, radiation~, roentgen, x rey, gamma, radioactive`},
	{cover, `heat|thermal|solar|uv|sun radiation, radiation certificate|licence|license|permit|training`},
	{lead, `lead|leaded curtain|curtains|rubber|strip|strips|glass|flap|flaps|door|shield|shielding|apron|sheet
		x ray|rays|rey shield|shielding|curtain|curtains|door|housing|enclosure|shielded|cover|guard|flap|window|protection
		xray shield|shielding|curtain|curtains|door|housing|enclosure|cover|protection|guard
		radiation shield|shielding|curtain|curtains|protection|door`},
	{screen, `shield, shields, shielding, curtain, curtains, enclosure, flap, flaps, housing, protection, cover, door`},
	{damage, `crack, cracked, cracks, craked, broken, broke, damaged, damage, torn, tear, missing, fell off, hole, holes, opened, gap, ripped
		bent, loose, worn through, removed, does not close, not closing, dented, open`},
	{leak, `leak, leaks, leaking, leaked, leakage, leackage, leeking, exposure, exposed~, escaping, escapes, high, too high, dosimeter
		geiger, irradiated, above limit, over limit, detected, outside`},
	{cover, `air|oil|water leak|leaks|leaking|leakage
		high resolution|speed|voltage|quality|density|power|energy|contrast|definition|pressure|temperature`},
	{laser, `laser, lasers, lazer`},
	{cover, `laser printer|printers|printed|printing|engraved|cut|cutting|marker`},
	{open, `with|while the|open door|doors|cover|guard|box open, with|while the|a door|doors|cover|guard|box is|are|was|still open
		with open|opened door|doors|cover|guard, door|doors open|opened and|but|while|it|still, door is|was open and|but`},
	{danger, `looked|look|looking|stared|staring into|in|at|directly the|a|uv|into laser|lamp|uv|beam|led
		looked|looking|stared directly into
		running|runs|run|working|works|keeps with|while|the door|doors|guard|guards open|opened|off|removed
		running|runs|run|working|works with the|open|no door|doors|guard|guards open|opened|off|removed
		without|no door switch|switches, without|no the|any|safety|protective|protection guard|guards|cover|door|interlock|interlocks
		without guard|guards|guarding|interlock|interlocks`},

	// Bursts.
	{danger, `explosion~, exploded~, explode, explodes, exploding, explotion, exploted, explosed, loud|big|strong bang|explosion
		blew|blown|blowing|blows up, detonated, caught on fire, ignite, ignited~, ignites, igniting, ignition of, combust*, burned down
		burnt down`},
	{boom, `bang, flash, crack sound`},
	{cover, `flash light|memory|drive|disk|card|firmware|red|green|yellow, bang bang, flashlight
		explosion|exploded|explosive proof|protection|protected|risk|class|zone|view|drawing|views|drawings|diagram|picture|parts|rating|certificate
		dust explosion class|zone|risk|rating|protection, blown|blow|blowing|blew up fuse|the dust|bag|image|picture|image`},

	// What ejectors do.
	{eject, `valve, valves, ejector, ejectors, ejection, ejecting, nozzle, nozzles, solenoid, solenoids, channel, channels, ejektor, shoot
		shoots, shooting, jets, jet, guns, trigger, delay, pulse, firing, misfire, valv, ventil, air, camera, cameras`},

	// Negation.
	{not, `no, not, without, w o, isnt, wasnt, arent, werent, dont, doesnt, didnt, havent, hasnt, neither, nothing, cannot, cant, zero
		no one|body|person|worker|people is|was|got|gets|has|had|were|are, nobody|noone|none is|was|got|gets|has|had|were|are
		no one|body has|had been|got, nobody|noone|none has|had been|got, nobody, noone, no one, no body
		none of us|them is|was|got|were|are
		none|no|nobody of|from our|the|my people|workers|operators|staff|colleagues|team|men is|was|got|were|are`},
	{filler, `any, a, an, of, sign, signs, trace, traces, visible, see, seen, saw, notice, noticed, notices, find, found, get, got, been, be
		have, smelled any, other, injured person, kind`},
	{or, `or, nor, /`},
	{lift, `anymore, any more, longer, yet, now, anylonger`},
	{cover, `not only|just|sure|far, no doubt|idea|time|way, no kidding|joke`},
}
