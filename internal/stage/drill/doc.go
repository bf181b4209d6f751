// Package drill lets everything go wrong at once: two replicas of the built program on private Postgres
// and Redis servers, behind a fake Telegram and a fake Slack, are killed again and again while customers
// are in the middle of their reports. What then must be true is in [TestDrill], what it has shown in
// docs/drill.md.
package drill
