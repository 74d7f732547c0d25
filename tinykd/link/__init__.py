"""The serial link to a board in four layers: frames, commands, transport, device. See docs/protocol.md."""
