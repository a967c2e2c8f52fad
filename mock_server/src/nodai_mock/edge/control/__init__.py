"""The tester's controls (`/_mock/…`): clock, faults, journal, snapshots. Absent when hosted."""
