// Package alarm rings outside of the chat, for the night: it calls a webhook or sends an e-mail
// ([bot.Alarms]). What it says is a claim's number, how bad it is and since when it waits, and
// nothing about a customer. The address of a webhook may hold a key and the mail server a password:
// no error and no log shows either.
package alarm
