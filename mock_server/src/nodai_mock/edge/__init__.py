"""The edge: where requests come in, are checked against the contract and admission, and go out as answers."""
