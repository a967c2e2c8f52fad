"""The TypeScript SDK and the widget beside their peers: sizes, import, the cost of a call, streams."""
