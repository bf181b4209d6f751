// Package duty says who must answer a claim, and when: who is on call on each level, which hours
// count as working time, whom a claim that nobody takes reaches next, and when one that was taken
// without progress is free again (domain.md 6.2 and 11). Everything is data of the desk file
// (desk.yaml). It does no I/O and reads no clock: what is asked is asked for a time. All times
// that it returns are in UTC.
package duty
