"""The hand-written runtime under the generated surface; only `lanes`, `wire` and `compat` do I/O."""
