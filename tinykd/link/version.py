"""Which versions of docs/protocol.md this tool speaks."""

PROTOCOL_VERSIONS = range(2, 3)
