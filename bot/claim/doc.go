// Package claim holds the nouns of the service desk - claim, machine, part, company, person,
// evidence, event, verdict - and the life of a claim as data. It is the bottom of the house: it
// imports nothing of ours, does no I/O and reads no clock.
package claim
