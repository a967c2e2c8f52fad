"""What a call costs the server: nodai-mock beside Prism and a hand-written application."""
