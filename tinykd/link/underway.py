"""How many bytes of replies may be under way: the window in the other direction.

A board on a bare processor takes no byte while it waits to send one, and between it and us may stand what
does not either (a bridge, an emulator). As long as the replies under way fit the smallest buffer on the
way, the board never waits to send, whoever else does.
"""

from tinykd.link.frames import most_wire_bytes
from tinykd.link.replies import Hello, InferResult
from tinykd.link.requests import Infer, LayersRequest, Read, Request, Run

REPLIES_BYTES = 4096  # what a pseudo-terminal holds; USB and network stacks hold more
SHORT_BYTES = 32  # payload of all other replies, at most


def reply_wire_bytes(request: Request, hello: Hello) -> int:
    """How long the reply to ``request`` can be on the wire, with the delimiter that the board sends first."""
    return 1 + most_wire_bytes(_payload_bytes(request, hello))


def _payload_bytes(request: Request, hello: Hello) -> int:
    match request:
        case Infer():
            return InferResult.HEAD_BYTES + hello.output_bytes
        case Run():
            return InferResult.HEAD_BYTES + min(request.room, hello.output_bytes)
        case Read():
            return request.length
        case LayersRequest():
            return hello.max_reply
        case _:
            return SHORT_BYTES
