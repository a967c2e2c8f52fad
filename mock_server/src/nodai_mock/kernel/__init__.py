"""The ground the rooms stand on: clock, ids, money, pages, errors, database and journal."""
