// Package script plays transcripts: conversations as text files that service staff can read and
// write. [Parse] reads one, [Play] plays it against a [Stage] and writes down what the bot really
// said, and [Diff] shows whether that is what the file had expected.
//
// # A complete transcript
//
//	# A sorter in its first year: she reports it, an engineer takes the claim and answers.
//	on:      telegram
//	at:      2026-03-02 10:00
//	machine: OS-2025-0417, VS-600, delivered 2025-06-30, company Nuts Ltd, country PE, zone America/Lima
//	part:    P-100, LED driver board, in OS-2025-0417, delivered 2026-01-10
//	person:  mei, Nuts Ltd, zone America/Lima, lang en
//	person:  wang, engineer, named 王工, lang zh
//
//	mei:     /start <link OS-2025-0417>
//	do:      find machine OS-2025-0417
//	bot:     Your machine is OS-2025-0417.
//
//	# Two files in one line are one album; the text behind them is its caption.
//	mei:     <photo plate.jpg> <video spray.mp4 60MB> It sprays all the time.
//	bot:     2 received: photo plate.jpg, video spray.mp4 of 62914560 bytes
//	         It sprays all the time.
//	mei:     /start
//	bot:     Hello, mei!
//
//	           What can I do for you?
//	         [Report] [中文]
//	mei:     [Report]
//	do:      opened C-2603-0001
//	         told the desk
//	bot:     Your claim is C-2603-0001.
//	desk:    *C-2603-0001* mei
//	         [Take] [Answer]
//	again:
//
//	# The engineers' room.
//	wang@desk: [Take]
//	desk (note): It is yours.
//	desk (edits 1): *C-2603-0001* taken by 王工
//	         [Answer]
//	wang@desk (reply 1): Please clean the valves.
//	desk (reply 1): Sent.
//	bot:     王工 says: Please clean the valves.
//
//	mei:     [Report @3]
//	do:      opened C-2603-0001
//	         told the desk
//	bot:     Your claim is C-2603-0001.
//	desk:    *C-2603-0001* mei
//	         [Take] [Answer]
//	wait:    1d 2h
//
// # Lines
//
// A line begins with a cue and a colon (a Chinese colon is as good). Indented lines continue it,
// with blank lines between them. A line that begins with # is a comment. Header cues stand above
// the play. Everything but the output cues stays as it was typed, byte for byte. The column in
// which the first text of the file begins is the column of all that is rewritten.
//
// # The header
//
//	on:      the channel; one word, needed
//	at:      2026-03-02 10:00 in Shantou, or with seconds, and with America/Lima or +02:00; needed
//	lang:    the platform's language of all persons who have none of their own
//	machine: SERIAL, MODEL, delivered DATE|unknown, company NAME, country PE, zone ZONE, contract NOTE
//	part:    SERIAL, NAME, in SERIAL, delivered DATE|unknown
//	person:  NAME, COMPANY, zone ZONE, lang TAG, named DISPLAY NAME, engineer
//	policy:  free words for the stage
//	roster:  lines that stand behind the desk file
//	stages:  1 2
//
// machine, part, person, policy and roster may stand several times, or have a line each for several.
// Commas separate, so no value holds one. A person without a company is a stranger; an engineer
// may write at the desk. One of the sample desk's people, by his id there, is linked; who is none
// of them does nothing there.
//
// # What persons do
//
// NAME: writes in private on the channel of the header, NAME@slack: on another one, NAME@desk: in
// the engineers' room, NAME (group): in the channel's group, where "@bot" addresses the bot, and
// NAME (thread): there in the thread that the person's first such message begins. (reply bot 3) answers the bot's third message there, (reply 3) is the same; (sent 22m ago) was
// on its way that long. Several stand as (group) (reply 3) or (group, reply 3).
//
//	hello                       a text; also over several lines
//	\[hello]                    a text that begins with what follows the backslash
//	/start <link OS-2025-0417>  opens the link that was printed for this machine
//	[Yes]                       presses the newest button of this label in this chat
//	[Yes @3]                    presses that of the bot's third message here, also if it was replaced
//	<photo a.jpg> <video b.mp4> a caption
//	                            sends files: photo, video, voice, audio, document; several are one album
//	<document big.pdf 60MB>     is that large: B, KB, MB, GB, each 1024 times the one before
//	<sticker>                   also location, contact, poll
//	edit 2: other words         edits the person's second text in this chat; commands count, captions do not
//	{How bad? Line stopped}     fills in the form that the person was shown last, a field in a line, and sends it;
//	                            other fields stay as they were shown, so {} only sends it
//	<shortcut>                  the platform's shortcut for a report
//	<page>                      looks at the page that the platform keeps for the person; [Yes @page] presses there
//
// The first input comes at the moment of the header; before each further one 10 seconds pass, and
// 10 seconds pass at the end. What happens in them stands with the input before. Other time
// passes only by wait:.
//
// # Controls
//
//	again:        delivers the last input once more, under the same number, at once
//	press again:  the last press of a button once more, under a new number, at once
//	late: ...     an input of the same person in the same chat, sent 5 seconds before the last one, delivered now
//	wait:         2h, 90s, 14d, 2w, 1d 2h
//	restart:      drops what is only in memory
//	flush:        wipes the session store
//	away:         database, sessions or files (the platform hands none over), until back:
//	refuse:       429 5s lets the platform refuse for 5 seconds, 403 until back:, 403 mei only towards mei
//	back:         ends away: and refuse:
//	crash:        after-effect, after-save or after-send: there the next input's turn dies
//
// # What comes out
//
// Output cues are compared in full and rewritten. An input without any has no answer: silence is
// written by writing nothing. After one input, or control, come the effects, then the chat of the
// last input, the other persons as the header names them, groups, and the desk; within one chat
// the order is the real one.
//
//	do:            effects, one in a line
//	bot:           to the chat of the last input, or the only one that customers write in
//	bot to ivan:   to another person; bot to ivan@slack: on another channel
//	bot (group):   in the group
//	bot (thread):  in the thread of the last input; bot to ivan (thread): in another one
//	desk:          in the engineers' room
//	(edits 3)      behind these: the third message there has a new content
//	(reply 3)      it answers the bot's own third message, or hangs under it
//	(note)         a remark on a press that does not stay
//	(form)         a form that is shown: its title, its text, a line for each field with what stands there or
//	               can be chosen, its buttons; or what is said about what was filled in
//	(page)         the person's page
//
// A message is its text, then its files as <photo a.jpg>, <video a>, <voice a>, <pdf a>,
// <document a>, then its buttons as [A] [B]. A line of text that looks like files or buttons, or
// begins with a backslash, has a backslash in front. Spaces at the ends of lines do not count.
// The bot's messages are counted from 1 in each chat; an edit is no new one.
package script
