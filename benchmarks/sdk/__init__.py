"""What a call costs the client: nodai beside other SDKs and raw httpx."""
