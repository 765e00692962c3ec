"""A web server whose answer is always the same, and a time server that tells this machine's own time; prints their ports."""
import asyncio
import struct
import time

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{\"status\":\"ok\"}"
# Of NTP, from 1900 on.
EPOCH = 2_208_988_800


class Web(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if data.endswith(b"\r\n\r\n"):
            self.transport.write(ANSWER)
            self.transport.close()


class Clock(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        now = int((time.time() + EPOCH) * 2**32)
        # Version 4, mode server, stratum 2; the sender's own time comes back.
        head = struct.pack(">BBbbII4s", 0x24, 2, data[2], -20, 1 << 8, 1 << 8, b"LOCL")
        self.transport.sendto(head + struct.pack(">Q", now) + data[40:48] + struct.pack(">QQ", now, now), address)


async def main():
    loop = asyncio.get_running_loop()
    web = await loop.create_server(Web, "127.0.0.1", 0)
    clock, _ = await loop.create_datagram_endpoint(Clock, local_addr=("127.0.0.1", 0))
    print(web.sockets[0].getsockname()[1], clock.get_extra_info("sockname")[1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
