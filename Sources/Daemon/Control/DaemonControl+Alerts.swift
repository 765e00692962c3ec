package import ControlAPI
package import ControlClient
import CronSchedule
import SchedulerCore

extension DaemonControl {
    package func acknowledge(_ request: AcknowledgeRequest, as peer: Peer) async throws(ControlFailure) -> AlertJSON {
        do throws(DaemonError) {
            return AlertJSON(try await loop.acknowledge(request.alert, by: Self.name(of: peer)))
        } catch {
            throw ControlFailure(error)
        }
    }

    package func silence(_ request: SilenceRequest, as peer: Peer) async throws(ControlFailure) -> SilenceJSON {
        guard let end = Instant(iso8601: request.until), end > clock.now() else {
            throw ControlFailure(
                "until is no moment to come: \(request.until)", fix: "write for example 2027-03-28T00:00:00+01:00", category: .usage)
        }
        guard !request.pattern.isEmpty, !request.reason.isEmpty else {
            throw ControlFailure("a silence needs a pattern and a reason", fix: "say for others why nobody is told", category: .usage)
        }
        do throws(DaemonError) {
            return SilenceJSON(
                try await loop.silence(request.pattern, until: end, by: Self.name(of: peer), reason: request.reason))
        } catch {
            throw ControlFailure(error)
        }
    }

    package func unsilence(_ request: UnsilenceRequest, as peer: Peer) async throws(ControlFailure) -> SilenceJSON {
        do throws(DaemonError) {
            return SilenceJSON(try await loop.unsilence(request.silence, by: Self.name(of: peer)))
        } catch {
            throw ControlFailure(error)
        }
    }

    private static func name(of peer: Peer) -> String { AccessPolicy.name(of: peer.uid) ?? "uid \(peer.uid)" }
}
