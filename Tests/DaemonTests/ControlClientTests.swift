import ControlClient
import Testing

/// What the command line is told when there is no daemon to ask.
@Suite struct ControlClientTests {
    @Test func aPathThatIsTooLongForASocketIsToldAsThat() async throws {
        let path = "/tmp/" + String(repeating: "s", count: 127)
        let client = ControlClient(socketPath: path)
        let failures = [
            await #expect(throws: ControlFailure.self) { let _: StatusMessage = try await client.ask("GET", "/v1/status") },
            await #expect(throws: ControlFailure.self) {
                try await client.read(ReadRequest(arguments: ["list"], width: nil, colour: false)) { _ in }
            },
        ]
        for failure in failures {
            #expect(failure?.problem == "no daemon can listen at \(path): it has 132 bytes, and a socket's name may have 107")
            #expect(failure?.category == .unreachable)
        }
    }

    @Test func aPathWithoutADaemonSaysHowToStartOne() async {
        let failure = await #expect(throws: ControlFailure.self) {
            let _: StatusMessage = try await ControlClient(socketPath: "/tmp/nobody/control.sock").ask("GET", "/v1/status")
        }
        #expect(failure == ControlClient.unreachable("/tmp/nobody/control.sock"))
    }
}
