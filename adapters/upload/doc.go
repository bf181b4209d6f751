// Package upload is the page on which a person uploads one file that the chat does not hand over.
//
// A link is a secret: whoever has it may upload that one file, and read its name. Its token is made from
// what was refused, so a turn that is taken again says the same link, and only its SHA-256 is stored.
//
// # The protocol
//
//	GET  /u/{token}        the page: 200, 404 no such link, 410 expired
//	GET  /u/{token}/file   [State]
//	POST /u/{token}/begin  {name, size, instead}: announces the file, [State]. Another file was begun: 409
//	                       [State], and nothing changes unless instead is true. 413 over the limit
//	PATCH /u/{token}/file  one piece as the body, with Upload-Offset and Upload-Length (the whole file's size):
//	                       [State]. 409 [State] when the piece does not belong there: go on at its offset
//	POST /u/{token}/done   {sha256}: puts the pieces together, [State]. 409 [State] when some are missing;
//	                       422 [State] when it is not that file: all pieces are dropped, begin again
//
// Others answer {problem}: 400 malformed or cut off, 403 another site, 404 no such link, 410 expired, 411 and
// 413 length of a piece, 415 content type, 429 and 503 with Retry-After: send it again.
//
// Pieces are counted by the store, so it does not matter which replica takes them, and two pages that upload
// at once take turns: what one has sent the other need not.
package upload
